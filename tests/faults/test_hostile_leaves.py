# SPDX-License-Identifier: Apache-2.0
"""Leaves that another node should never have sent: each is refused or parked by name, none stops what comes after."""

from dataclasses import replace

import pytest

from hansa import ledger
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid
from hansa.ledger import keyring, sealing
from hansa.ledger.approval import tail_of
from hansa.ledger.canonical import canonical
from hansa.ledger.envelope import Envelope, Signature, encode, sign
from hansa.ledger.models import Epoch, Key, Leaf, Log, LoggedAct, ParkedLeaf, RefusedLeaf, SealedBody
from hansa.ledger.receiving import Incoming, Unfit, receive
from hansa.ledger.tests.elsewhere import elsewhere, leaves_here, logs_here
from hansa.ledger.tests.founding import found
from hansa.ledger.tests.notes import NoteWritten

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db
OAKLAND, PORTLAND = "oakland-ca", "portland-or"
ORIGIN = f"hansa/test-league/{OAKLAND}"
LARGE = bytes(10 * 1024 * 1024)


@pytest.fixture
def oakland(db):
    """Return the seat of a member that has said something."""
    seat, _ = found(OAKLAND, PORTLAND)
    with member_scope(OAKLAND):
        ledger.submit(seat.actor, NoteWritten(text="before"))
    return seat


@pytest.fixture
def node(oakland, elsewhere):
    """Be another node that has received everything so far."""
    leaves, logs = leaves_here(), logs_here()
    with elsewhere(logs):
        for leaf in leaves:
            receive(leaf)
        yield


def office_key(member=OAKLAND, office="administrator"):
    with member_scope(member):
        key = Key.objects.get(author=member, office=office)
        return keyring.signing_key(member, key.key)


def act(**changes) -> bytes:
    """Return the payload of Oakland's next act, honest but for what is changed."""
    fields = {
        "at": clock.to_text(clock.now()), "audience": "public", "author": OAKLAND, "body": {"text": "next"},
        "charter": None, "cites": [], "exercise": "drill-1", "id": str(new_id()), "league": "test-league",
        "office": "administrator", "refs": [], "type": "test.note.written", "v": 1,
    }  # fmt: skip
    return canonical(fields | changes)


def stub(**changes) -> bytes:
    """Return the payload of Oakland's next sealed act, honest but for what is changed; its body has not come."""
    fields = {
        "at": clock.to_text(clock.now()), "audience": "league:1", "author": OAKLAND, "ciphertext": "ab" * 32,
        "commitment": "cd" * 32, "exercise": "drill-1", "league": "test-league", "size": 1024, "v": 1,
    }  # fmt: skip
    return canonical(fields | changes)


def leaf(entry: bytes, **more) -> Incoming:
    """Return the entry as the next leaf of Oakland's log."""
    return Incoming(ORIGIN, Log.objects.get(origin=ORIGIN).size, entry, **more)


def said(payload: bytes, key=None) -> Incoming:
    return leaf(encode(sign(payload, [key or office_key()])))


def refusal(incoming: Incoming) -> str:
    """Receive a leaf that is refused, and the honest one that comes after it; return why."""
    receive(incoming)
    row = RefusedLeaf.objects.get()
    assert (row.origin, row.index, bytes(row.entry)) == (ORIGIN, incoming.index, incoming.entry)
    assert not ParkedLeaf.objects.exists()
    goes_on()
    return row.reason


def goes_on() -> None:
    """Assert that an honest act behind it is taken."""
    id = new_id()
    receive(said(act(id=str(id))))
    assert LoggedAct.objects.filter(id=id).exists()


def test_the_honest_act_that_these_are_made_from_is_taken(node):
    goes_on()
    assert not RefusedLeaf.objects.exists()


def test_a_signature_over_other_bytes_is_refused(node):
    honest, other = sign(act(), [office_key()]), sign(act(), [office_key()])
    forged = Envelope(honest.payload, (Signature(honest.signatures[0].keyid, other.signatures[0].sig),))
    assert "does not fit the act" in refusal(leaf(encode(forged)))


@pytest.mark.parametrize(("member", "office"), [(OAKLAND, "logistics"), (PORTLAND, "administrator")])
def test_a_key_of_another_office_or_member_is_refused(node, member, office):
    assert "0 of 1 keys that may sign" in refusal(said(act(), office_key(member, office)))


def test_an_act_of_another_author_is_refused_in_this_log(node):
    assert "not of this log" in refusal(said(act(author=PORTLAND), office_key(PORTLAND)))


def test_what_refers_to_an_act_that_never_comes_waits_for_it_by_name(node):
    receive(said(act(refs=["ef" * 32])))
    assert ParkedLeaf.objects.get().waits_for == ["ef" * 32]
    goes_on()


def test_a_sealed_act_whose_body_never_comes_waits_for_it_by_name(node):
    receive(said(stub()))
    assert ParkedLeaf.objects.get().waits_for == ["body:" + "ab" * 32]
    goes_on()


def test_deep_nesting_is_refused_in_envelope_and_body(node):
    assert "nested deeper" in refusal(leaf(b"[" * 65_000))


def test_deep_nesting_of_a_signed_body_is_refused(node):
    deep = act(body={"text": "X"}).replace(b'"X"', b"[" * 20_000 + b"]" * 20_000)
    assert "nested deeper" in refusal(said(deep))


HUGE, NUL, TEXT_LIST = "x" * 20_000, "a\0b", ["x"]
WRONG = [None, 0, -1, True, "", "x", HUGE, NUL, "../../etc", [], TEXT_LIST, [[]], [HUGE], {}, {"a": []}, "league:x"]
FIELDS = [
    "at", "audience", "author", "body", "charter", "cites", "exercise", "id", "league", "office", "refs", "type", "v",
]  # fmt: skip
STUB_FIELDS = ["at", "audience", "author", "ciphertext", "commitment", "exercise", "league", "size", "v"]


def opened(**changes) -> Incoming:
    """Return Oakland's next sealed act as a leaf; this node can open its body, in which a field is changed."""
    payload = act(**{"audience": "league:1"} | changes)
    body = sealing.seal(tail_of(payload), {"league:1": Epoch.objects.get().recipient})
    stated = stub(ciphertext=body.ciphertext_hash, commitment=body.commitment.hex(), size=body.padded_size)
    return replace(said(stated), ciphertext=body.ciphertext, wraps=body.wraps)


@pytest.mark.parametrize(
    ("make", "fields"),
    [(lambda **field: said(act(**field)), FIELDS), (lambda **field: said(stub(**field)), STUB_FIELDS),
     (opened, [field for field in FIELDS if field != "at"])],
    ids=["public", "stub", "sealed"],
)  # fmt: skip
def test_a_signed_act_with_a_field_of_any_wrong_form_stops_nothing(node, make, fields):
    for field in fields:
        for value in WRONG:
            incoming = make(**{field: value})
            receive(incoming)
            assert Leaf.objects.filter(origin=ORIGIN, index=incoming.index).exists(), (field, value)
    goes_on()


def test_an_honest_sealed_act_is_opened_and_taken(node):
    id = new_id()
    receive(opened(id=str(id)))
    assert LoggedAct.objects.get(id=id).audience == "league:1"


def test_bytes_that_cannot_be_a_leaf_are_kept_out_of_the_log(node):
    before = Log.objects.get(origin=ORIGIN).size
    honest = said(act())
    for entry in (b"", LARGE):
        with pytest.raises(Unfit, match="bytes"):
            receive(replace(honest, entry=entry))
        with pytest.raises(Unfit, match="bytes"):
            receive(replace(honest, entry=entry, index=before + 7))
    assert Log.objects.get(origin=ORIGIN).size == before
    assert not ParkedLeaf.objects.exists()
    receive(honest)


@pytest.mark.parametrize("body", [{"ciphertext": LARGE}, {"ciphertext": b"age", "wraps": {PORTLAND: LARGE}},
                                  {"ciphertext": b"age", "wraps": {"\0": b"age"}},
                                  {"ciphertext": b"age", "wraps": {"x" * 500: b"age"}}])  # fmt: skip
def test_a_body_or_wrap_that_cannot_be_one_is_not_kept(node, body):
    bodies = SealedBody.objects.count()
    with pytest.raises(Unfit):
        receive(replace(said(act()), **body))
    assert SealedBody.objects.count() == bodies
    goes_on()


@pytest.mark.parametrize(
    "origin",
    ["", "hansa", "hansa/other/oakland-ca", "hansa/test-league/..", "hansa/test-league/", "hansa/test-league/a b",
     "hansa/test-league/" + "x" * 64, "hansa/test-league/a\0b", "hansa/test-league/oakland-ca/x"],
)  # fmt: skip
def test_a_place_that_is_no_log_of_the_league_is_refused_and_makes_none(node, origin):
    logs = Log.objects.count()
    with pytest.raises(Unfit, match="no log"):
        receive(Incoming(origin, 0, said(act()).entry))
    assert Log.objects.count() == logs


def test_a_place_before_the_first_is_refused(node):
    with pytest.raises(Unfit, match="place"):
        receive(replace(said(act()), index=-1))


@pytest.mark.parametrize("audience", [ledger.PUBLIC, ledger.LEAGUE])
def test_what_is_too_long_to_be_signed_is_refused_in_words_and_nothing_is_logged(oakland, audience):
    before = Log.objects.get(origin=ORIGIN).size
    with member_scope(OAKLAND), pytest.raises(Invalid, match="too long"):
        ledger.submit(oakland.actor, NoteWritten(text="ñ" * 40_000), audience=audience)
    with member_scope(OAKLAND):
        assert Log.objects.get(origin=ORIGIN).size == before
        ledger.submit(oakland.actor, NoteWritten(text="short enough"), audience=audience)
