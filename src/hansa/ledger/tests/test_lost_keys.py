# SPDX-License-Identifier: Apache-2.0
"""A member whose own key does not open something does not read it, whoever else on the node opened it."""

from dataclasses import replace

import psycopg
import pytest

from hansa import ledger
from hansa.core import clock
from hansa.core.rls import member_scope, node_scope
from hansa.core.verdicts import Refused
from hansa.ledger import actions, epochs, keyring, lost_keys, opening, recalling, registry, standing
from hansa.ledger.models import LoggedAct, PurgeAnswer, ReactionRun, SecretKey, Shut, WrapGiven
from hansa.ledger.receiving import receive
from hansa.ledger.tests.elsewhere import elsewhere, leaves_here, logs_here
from hansa.ledger.tests.founding import found
from hansa.ledger.tests.notes import NoteWritten
from hansa.ledger.tests.test_recalls import destroy, rebuilt, recall, sees

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db(transaction=True)
OAKLAND, PORTLAND, CHICAGO = "oakland-ca", "portland-or", "chicago-il"
BOTH = ledger.named([OAKLAND, PORTLAND])


@pytest.fixture
def seats(db):
    return found(OAKLAND, PORTLAND, CHICAGO)


@pytest.fixture
def as_web(web_url):
    """Ask as the web role does, in a member's transaction: which texts of sealed acts are there."""

    def ask(member):
        with psycopg.connect(web_url) as web:
            web.execute("SELECT set_config('hansa.member', %s, true)", [member])
            rows = web.execute("SELECT convert_from(tail, 'UTF8') FROM ledger_loggedact WHERE audience <> 'public'")
            return sorted(tail.split('"text":"')[1].split('"')[0] for (tail,) in rows)

    return ask


def say(seat, text, **rest):
    with member_scope(seat.member):
        return ledger.submit(seat.actor, NoteWritten(text=text), **rest)


def lose(member):
    with member_scope(member):
        SecretKey.objects.filter(purpose=keyring.READING).delete()
    keyring._open.cache_clear()
    opening._epoch_secret.cache_clear()


def replace_key(seat):
    with member_scope(seat.member):
        actions.replace_reading_key(seat.member, signers=seat.roots[:2])


def test_a_member_that_lost_its_key_reads_nothing_that_its_neighbour_opened(seats, as_web):
    a, b, c = seats
    say(a, "league before"), say(a, "named before", audience=BOTH)
    assert as_web(PORTLAND) == ["league before", "named before"]
    lose(PORTLAND)
    assert as_web(PORTLAND) == []
    after = say(a, "named after", audience=BOTH)
    say(c, "league after")
    assert as_web(PORTLAND) == [] and not sees(b, after)
    assert as_web(OAKLAND) == ["league after", "league before", "named after", "named before"]
    assert as_web(CHICAGO) == ["league after", "league before"]


def test_without_its_key_it_is_told_so_when_it_would_seal_something(seats):
    _, b, _ = seats
    lose(PORTLAND)
    before = len(leaves_here())
    for audience in (None, BOTH):
        with pytest.raises(Refused, match="does not read what it would write"):
            say(b, "sealed", audience=audience)
    assert len(leaves_here()) == before


def test_with_a_new_key_it_reads_the_league_once_another_shares_and_no_more(seats, as_web, owner_url, monkeypatch):
    a, b, c = seats
    monkeypatch.setattr(registry, "_league_members", lambda at: ([OAKLAND, PORTLAND, CHICAGO], None))
    say(a, "league"), say(c, "league too")
    shut = say(a, "to the old key", audience=BOTH)
    lose(PORTLAND)
    lost = say(a, "to the lost key", audience=BOTH)
    assert lost_keys.lost_since(PORTLAND)
    replace_key(b)
    assert lost_keys.lost_since(PORTLAND) is None
    assert as_web(PORTLAND) == []
    say(a, "to the new key", audience=BOTH)
    assert as_web(PORTLAND) == ["to the new key"]
    epochs.keep_keys(clock.now())
    assert as_web(PORTLAND) == ["league", "league too", "to the new key"]
    with member_scope(OAKLAND):
        recalling.let_read([shut], PORTLAND, actor=a.actor)
    assert as_web(PORTLAND) == ["league", "league too", "to the new key", "to the old key"]
    assert not sees(b, lost) and sees(a, lost) and sees(a, shut)
    with node_scope():
        assert WrapGiven.objects.get().reader == PORTLAND
    assert rebuilt(owner_url) == ()
    assert as_web(OAKLAND) == ["league", "league too", "to the lost key", "to the new key", "to the old key"]


def test_nothing_follows_for_it_until_it_reads_again(seats, monkeypatch):
    a, b, _ = seats
    heard = []
    members = lambda act: [OAKLAND, PORTLAND]  # noqa: E731
    monkeypatch.setitem(registry.reactions, NoteWritten.type, [
        registry.Reaction("test", members, lambda act, member: heard.append((member, act.body.text)))
    ])  # fmt: skip
    monkeypatch.setattr(registry, "_league_members", lambda at: ([OAKLAND, PORTLAND, CHICAGO], None))
    lose(PORTLAND)
    say(a, "invoked")
    assert heard == [(OAKLAND, "invoked")]
    replace_key(b)
    epochs.keep_keys(clock.now())
    assert heard == [(OAKLAND, "invoked"), (PORTLAND, "invoked")]
    assert lost_keys.keep_watch() == 0
    with member_scope(PORTLAND):
        assert ReactionRun.objects.filter(name="test").count() == 1


def test_the_watch_finds_a_key_that_is_gone_or_unreadable_where_it_lies(seats, as_web):
    say(seats[0], "league")
    with member_scope(PORTLAND):
        SecretKey.objects.filter(purpose=keyring.READING).update(sealed=b"rot")
    keyring._open.cache_clear()
    assert lost_keys.keep_watch() == 1 and lost_keys.keep_watch() == 0
    assert as_web(PORTLAND) == [] and as_web(CHICAGO) == ["league"]


def test_an_old_key_that_is_lost_shuts_what_was_sealed_to_it_and_nothing_else(seats, as_web):
    a, b, _ = seats
    say(a, "to the first key", audience=BOTH)
    with member_scope(PORTLAND):
        first = keyring.reading_keys(PORTLAND)[0]
    replace_key(b)
    say(a, "to the second key", audience=BOTH)
    assert as_web(PORTLAND) == ["to the first key", "to the second key"]
    with member_scope(PORTLAND):
        SecretKey.objects.filter(public=first).delete()
    assert as_web(PORTLAND) == []
    lost_keys.keep_watch()
    assert as_web(PORTLAND) == ["to the second key"]


def test_a_wrap_that_does_not_open_leaves_its_reader_out_until_a_good_one_comes(seats, elsewhere):
    private = say(seats[0], "for two", audience=BOTH)
    leaves, logs = leaves_here(), logs_here()
    with elsewhere(logs):
        for leaf in leaves:
            spoil = leaf.wraps and PORTLAND in leaf.wraps
            receive(replace(leaf, wraps={**leaf.wraps, PORTLAND: b"age"}) if spoil else leaf)
        assert standing.shut_out(private.digest, private.audience) == {PORTLAND}
        row = LoggedAct.objects.get(digest=private.digest)
        assert row.audience == standing.own_name(private.digest, private.audience)
        for leaf in leaves:
            receive(leaf)
        assert LoggedAct.objects.get(digest=private.digest).audience == private.audience
        Shut.objects.all().delete()


def test_it_still_confirms_that_what_it_cannot_open_is_destroyed(seats, owner_url):
    a, b, _ = seats
    act = say(a, "to be recalled", audience=BOTH)
    lose(PORTLAND)
    (row,) = recall(a, act)
    destroy(a, row)
    recalling.carry_out(row.deadline)
    with node_scope():
        assert set(PurgeAnswer.objects.values_list("reader", "state")) == {
            (OAKLAND, "destroyed"), (PORTLAND, "destroyed")}  # fmt: skip
        assert not LoggedAct.objects.filter(digest=act.digest).exists()
