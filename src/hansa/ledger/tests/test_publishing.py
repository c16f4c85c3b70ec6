# SPDX-License-Identifier: Apache-2.0
"""Publishing: one road in, one act for one form, nothing in clear that is not public."""

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from hansa import ledger
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.ledger.act import read_payload
from hansa.ledger.acts import KeyRevoked, ReaderAdmitted
from hansa.ledger.envelope import decode
from hansa.ledger.keys import SigningKey
from hansa.ledger.models import Leaf, Log, LoggedAct, SealedBody, Wrap
from hansa.ledger.queries import hash_reader, proof
from hansa.ledger.tests.founding import found
from hansa.ledger.tests.notes import NoteWritten
from hansa.ledger.tlog.checkpoint import verify_checkpoint
from hansa.ledger.tlog.merkle import verify_inclusion
from hansa.ledger.tlog.note import Verifier

pytestmark = pytest.mark.django_db


def test_an_act_is_logged_sealed_and_applied():
    a, b = found("oakland-ca", "portland-or")
    with member_scope("oakland-ca"):
        act = ledger.submit(a.actor, NoteWritten(text="bridge closed"))
        found_proof = proof(act.id)
        log, leaf, path = found_proof.log, found_proof.leaf, found_proof.path
        assert b"bridge closed" not in bytes(leaf.entry)
        assert b"test.note.written" not in bytes(leaf.entry)
        head, _, _ = verify_checkpoint(log.checkpoint.encode(), _verifier(log))
        verify_inclusion(leaf.index, head.size, bytes(leaf.leaf_hash), path, head.root)
        assert Wrap.objects.get().reader == "league:1"
        assert SealedBody.objects.count() == 1
    with member_scope("portland-or"):
        assert str(ledger.get(act.id).headline) == "oakland-ca noted: bridge closed"


def _verifier(log: Log) -> Verifier:
    from hansa.ledger.models import Root

    return Verifier(log.origin, bytes.fromhex(Root.objects.get(author=log.author).log_key))


def test_the_same_form_twice_is_one_act():
    (a,) = found("oakland-ca")
    with member_scope("oakland-ca"):
        id = new_id()
        first = ledger.submit(a.actor, NoteWritten(text="once"), id=id)
        second = ledger.submit(a.actor, NoteWritten(text="once"), id=id)
        assert first.digest == second.digest
        assert LoggedAct.objects.filter(type="test.note.written").count() == 1


def test_a_named_audience_keeps_others_out():
    a, b, c = found("oakland-ca", "portland-or", "chicago-il")
    with member_scope("oakland-ca"):
        act = ledger.submit(a.actor, NoteWritten(text="for two"), audience=ledger.named(["portland-or"]))
    with member_scope("portland-or"):
        assert ledger.get(act.id) is not None
    with member_scope("chicago-il"):
        assert ledger.get(act.id) is None


def test_without_a_member_nothing_sealed_shows():
    (a,) = found("oakland-ca")
    with member_scope("oakland-ca"):
        act = ledger.submit(a.actor, NoteWritten(text="quiet"))
    assert ledger.get(act.id) is None


def test_leaves_cannot_be_changed_or_removed():
    found("oakland-ca")
    for statement in ("UPDATE ledger_leaf SET entry = ''", "DELETE FROM ledger_leaf", "TRUNCATE ledger_leaf"):
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_only_recovery_keys_revoke_an_office_key():
    (a,) = found("oakland-ca")
    with member_scope("oakland-ca"), pytest.raises(Refused):
        ledger.submit(a.actor, KeyRevoked(key="00" * 32))


def test_a_long_log_proves_every_leaf():
    (a,) = found("oakland-ca")
    with member_scope("oakland-ca"):
        said = [ledger.say(NoteWritten(text=f"line {n}")) for n in range(600)]
        acts = ledger.submit_all(a.actor, said)
        for act in (acts[0], acts[255], acts[256], acts[599]):
            shown = proof(act.id)
            log, leaf, path = shown.log, shown.leaf, shown.path
            head, _, _ = verify_checkpoint(log.checkpoint.encode(), _verifier(log))
            verify_inclusion(leaf.index, head.size, bytes(leaf.leaf_hash), path, head.root)
        assert Leaf.objects.filter(origin=log.origin).count() == log.size
        assert hash_reader(log.origin)(8, 0)


def test_a_text_that_the_database_cannot_keep_is_told_and_changes_nothing():
    (a,) = found("oakland-ca")
    with member_scope("oakland-ca"):
        with pytest.raises(Invalid):
            ledger.submit(a.actor, NoteWritten(text="before\x00after"))
        assert not LoggedAct.objects.filter(type="test.note.written").exists()
        kept = ledger.submit(a.actor, NoteWritten(text="the letters \\u0000 are only letters"))
        assert ledger.get(kept.id).body.text == "the letters \\u0000 are only letters"


def test_a_guest_of_one_activation_gets_its_own_key_to_what_belongs_to_it_and_to_nothing_else():
    (a,) = found("oakland-ca")
    with member_scope("guest-ca"):
        ledger.open_log("guest-ca", roots=[SigningKey.generate()], threshold=1, offices=("administrator",))
    with member_scope("oakland-ca"):
        opened = ledger.submit(a.actor, NoteWritten(text="opening"))
        scope = ledger.league_scope(opened.id)
        ledger.submit(a.actor, NoteWritten(text="in the activation"), audience=scope)
        ledger.submit(a.actor, ReaderAdmitted(audience_name=f"league:1:{opened.id}", reader="guest-ca"))
        later = ledger.submit(a.actor, NoteWritten(text="for the guest, too"), audience=scope)
        fields = read_payload(decode(bytes(proof(later.id).leaf.entry)).payload)
        wraps = Wrap.objects.filter(ciphertext_hash=fields["ciphertext"]).values_list("reader", flat=True)
        assert set(wraps) == {"league:1", "guest-ca"}
        other = ledger.submit(a.actor, NoteWritten(text="for the league only"))
        fields = read_payload(decode(bytes(proof(other.id).leaf.entry)).payload)
        assert [w.reader for w in Wrap.objects.filter(ciphertext_hash=fields["ciphertext"])] == ["league:1"]
