# SPDX-License-Identifier: Apache-2.0
"""Requests: asked once, changed only by their owner, answered by others, counted from what everyone said."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from hansa.aid.actions import request as actions
from hansa.aid.models import RequestDecline, RequestLine
from hansa.aid.queries import request as queries
from hansa.aid.queries.request import Filter
from hansa.aid.rules import requests as rules
from hansa.aid.tests.league import ask, wanted
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused

pytestmark = pytest.mark.django_db


def test_a_request_is_readable_by_every_member(league):
    line = ask(league)
    with member_scope("oakland-ca"):
        seen = RequestLine.objects.get(id=line.id)
    assert (seen.requester, seen.kind, seen.quantity) == ("chicago-il", "cot", Decimal(400))


def test_the_same_form_sent_twice_is_one_request(league):
    key = new_id()
    first, second = ask(league, id=key), ask(league, id=key)
    assert first.id == second.id
    with member_scope("chicago-il"):
        assert RequestLine.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"needed_by": clock.now() - timedelta(hours=1)}, "needed_by", "That time has passed. Nothing was sent."),
        ({"needed_by": clock.now() + timedelta(days=500)}, "needed_by", "more than a year away"),
        ({"quantity": Decimal(0)}, "quantity", "zero or less"),
        ({"quantity": Decimal(-5)}, "quantity", "zero or less"),
        ({"quantity": Decimal("1.5")}, "quantity", "whole"),
        ({"quantity": Decimal("999999999")}, "quantity", "more than"),
        ({"quantity": Decimal("NaN")}, "quantity", "No quantity"),
        ({"kind": "tank"}, "kind", "not in the catalogue"),
        ({"level": 2}, "level", "no NIMS types"),
        ({"place": " "}, "place", "No place"),
        ({"note": "x" * 1001}, "note", "1001 characters"),
        ({"kind": "other-supply"}, "note", "description"),
    ],
)
def test_bad_input_is_refused_with_what_to_do_and_changes_nothing(league, change, field, words):
    with member_scope("chicago-il"):
        with pytest.raises(Invalid) as caught:
            actions.open_request(
                replace(wanted(), **change), activation=league.activation, actor=league.chicago, at=clock.now()
            )
        assert set(caught.value.errors) == {field}
        assert words in str(caught.value.errors[field])
        assert RequestLine.objects.count() == 0


def test_the_message_is_in_the_language_of_the_person(league):
    with member_scope("chicago-il"), translation.override("es"), pytest.raises(Invalid) as caught:
        actions.open_request(wanted(hours=-2), activation=league.activation, actor=league.chicago, at=clock.now())
    assert str(caught.value.errors["needed_by"]) == "Esa hora ya pasó. No se envió nada. Escriba otra."


def test_who_holds_no_office_that_asks_is_told_which_could(league):
    clerk = Actor(new_id(), "chicago-il", "public-information", "Exercise clerk", ("public-information",))
    with member_scope("chicago-il"), pytest.raises(Refused) as caught:
        actions.open_request(wanted(), activation=league.activation, actor=clerk, at=clock.now())
    assert "logistics" in caught.value.verdict.who


def test_what_a_caller_needs_is_filed_by_voice_until_the_caller_adopts_it(league):
    line = ask(league, by=league.oakland)
    assert (line.author, line.requester, line.by_voice) == ("oakland-ca", "chicago-il", True)
    with member_scope("chicago-il"):
        adopted = actions.adopt_request(line, report=line.changed_by, actor=league.chicago, at=clock.now())
        line.refresh_from_db()
    assert adopted.type == "aid.request.adopted"
    assert not line.by_voice


def test_only_the_member_that_called_can_adopt_it(league):
    line = ask(league, by=league.oakland)
    with member_scope("portland-or"), pytest.raises(Refused):
        actions.adopt_request(line, report=line.changed_by, actor=league.portland, at=clock.now())


def test_a_change_between_is_not_overwritten(league):
    line = ask(league)
    with member_scope("chicago-il"):
        actions.amend_request(line, wanted(quantity=300), actor=league.chicago, at=clock.now(), seen=line.changed_by)
        with pytest.raises(Invalid, match="changed meanwhile"):
            actions.amend_request(
                line, wanted(quantity=500), actor=league.chicago, at=clock.now(), seen=line.changed_by
            )
        assert RequestLine.objects.get(id=line.id).quantity == 300


def test_others_cannot_change_a_request(league):
    line = ask(league)
    with member_scope("oakland-ca"), pytest.raises(Refused):
        actions.amend_request(line, wanted(quantity=1), actor=league.oakland, at=clock.now(), seen=line.changed_by)


def test_a_cancelled_request_is_answered_no_more(league):
    line = ask(league)
    with member_scope("chicago-il"):
        with pytest.raises(Invalid, match="No reason"):
            actions.cancel_request(line, actor=league.chicago, at=clock.now())
        actions.cancel_request(line, actor=league.chicago, at=clock.now(), reason="Found in the city")
        line.refresh_from_db()
    with member_scope("oakland-ca"), pytest.raises(Refused, match="cancelled"):
        actions.decline_request(line, reason="none-free", actor=league.oakland, at=clock.now())


def test_a_line_is_declined_once_every_other_member_has_said_no(league):
    line = ask(league)
    for actor in (league.oakland, league.portland, league.milwaukee):
        with member_scope(actor.member):
            actions.decline_request(line, reason="none-free", actor=actor, at=clock.now())
            others = queries.others_than("chicago-il", clock.now())
            state = queries.covered_line(line.id, others=others, now=clock.now()).status
            assert state == (rules.DECLINED if actor == league.milwaukee else rules.OPEN)
    with member_scope("chicago-il"):
        assert RequestDecline.objects.count() == 3


def test_a_sheet_is_opened_at_once_and_importing_it_again_doubles_nothing(league):
    lines = [wanted("cot", n) for n in range(1, 40)] + [wanted("n95-mask", 500)] * 2
    with member_scope("chicago-il"):
        first = actions.open_sheet(lines, activation=league.activation, actor=league.chicago, at=clock.now())
        again = actions.open_sheet(lines, activation=league.activation, actor=league.chicago, at=clock.now())
        assert [act.id for act in first] == [act.id for act in again]
        assert RequestLine.objects.count() == 41
        assert len(queries.sheet(first[0].body.sheet)) == 41


def test_sums_over_kinds_count_every_line_once(league):
    for quantity in (10, 20, 30):
        ask(league, wanted("cot", quantity))
    masks = ask(league, wanted("n95-mask", 1000))
    with member_scope("chicago-il"):
        actions.cancel_request(masks, actor=league.chicago, at=clock.now(), reason="Not needed")
        found = queries.sums(Filter(activation=league.activation.id), others=3, now=clock.now())
        assert queries.counts(found) == {"open": 3, "partial": 0, "filled": 0, "declined": 0, "cancelled": 1}
        missing = {row.kind: row.missing for row in found}
        assert missing == {"cot": Decimal(60), "n95-mask": Decimal(0)}


def test_a_stood_down_activation_takes_no_request(league, monkeypatch):
    monkeypatch.setattr(actions, "was_stood_down", lambda _: True)
    with member_scope("chicago-il"), pytest.raises(Refused, match="stood down"):
        actions.open_request(wanted(), activation=league.activation, actor=league.chicago, at=clock.now())
