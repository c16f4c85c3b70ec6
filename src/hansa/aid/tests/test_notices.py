# SPDX-License-Identifier: Apache-2.0
"""The charter decides how long ahead one recalls, cancels or releases, and by when the other side acknowledges."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from hansa.aid.actions import notice as notices
from hansa.aid.models import AgreementNotice
from hansa.aid.queries import agreement as queries
from hansa.aid.queries import notice as asked
from hansa.aid.rules import agreements as rules
from hansa.aid.rules.notices import ahead, first_in_time
from hansa.aid.tests.league import ask
from hansa.aid.tests.path import agree, offer_on, send
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.duty.models import Duty
from hansa.ledger import publishing
from hansa.ledger.models import LoggedAct
from hansa.pact.charter import MESSAGES, check, model_charter, parse

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
KINDS = {"recall": ("oakland-ca", 12), "cancel": ("chicago-il", 4), "release": ("chicago-il", 24)}


def agreed(league):
    return agree(league, offer_on(ask(league), league.oakland))


def recall(league, agreement, effective=None):
    with member_scope("oakland-ca"):
        act = notices.recall_agreement(
            agreement, "Fire at home", actor=league.oakland, at=clock.now(), effective=effective
        )
        return act, AgreementNotice.objects.get(id=act.id)


def test_the_period_is_counted_from_saying_to_effect_and_never_below_zero():
    now = clock.now()
    assert ahead(12 * HOUR, now, now + 12 * HOUR).short is False
    found = ahead(12 * HOUR, now, now + 12 * HOUR - timedelta(minutes=1))
    assert found.short and found.given == timedelta(hours=11, minutes=59)
    assert ahead(HOUR, now, now - HOUR).given == timedelta(0)


def test_the_time_that_is_proposed_is_still_in_time_when_it_is_signed_minutes_later():
    for minute in range(0, 60, 7):
        now = clock.now().replace(minute=minute)
        proposed = first_in_time(12 * HOUR, now)
        assert proposed.minute == proposed.second == 0
        assert not ahead(12 * HOUR, now + timedelta(minutes=15), proposed).short
        assert proposed - now < 14 * HOUR


@pytest.mark.parametrize("step", KINDS)
def test_the_page_says_what_the_charter_asks_before_anything_is_signed(league, browse, step):
    agreement = agreed(league)
    member, hours = KINDS[step]
    if step == "release":
        send(league, agreement)
    page = browse(member).get(reverse("aid:agreement-notice", args=[agreement.id, step])).content.decode()
    assert f"{hours} hours of notice" in page
    assert f"/league/charter/versions/{agreement.charter}/#§5.3" in page


def test_a_short_recall_is_possible_and_says_what_it_is_before_and_after(league, browse):
    agreement = agreed(league)
    client, url = browse("oakland-ca"), reverse("aid:agreement-notice", args=[agreement.id, "recall"])
    form = client.get(url).context["form"]
    data = {name: field.initial or "" for name, field in form.fields.items() if name.startswith("units_")}
    said = client.post(url, {**data, "act": form.initial["act"], "reason": "Fire at home"}).content.decode()
    words = "None. That is shorter than the 12 hours the charter asks; clause 5.3."
    assert words in said and "It stands all the same." in said
    assert (
        client.post(url, {**data, "act": form.initial["act"], "reason": "Fire at home", "checked": "1"}).status_code
        == 302
    )
    page = client.get(reverse("aid:agreement-detail", args=[agreement.id])).content.decode()
    assert words in page and "Short notice" in page


def test_a_recall_in_time_is_shown_as_in_time(league, browse):
    agreement = agreed(league)
    recall(league, agreement, clock.now() + 14 * HOUR)
    page = browse("chicago-il").get(reverse("aid:agreement-detail", args=[agreement.id])).content.decode()
    assert "Notice in time" in page and "Short notice" not in page


def test_the_facts_of_the_act_say_how_short_the_notice_was(league):
    agreement = agreed(league)
    act, _row = recall(league, agreement, clock.now() + 2 * HOUR + timedelta(minutes=30, seconds=30))
    with member_scope("oakland-ca"):
        read = publishing.read_act(LoggedAct.objects.get(id=act.id))
        facts = dict(read.body.facts(read))
        assert facts["Notice given"] == "2 h 30 min. That is shorter than the 12 hours the charter asks; clause 5.3."
        with translation.override("es"):
            assert "12 horas" in dict(read.body.facts(read))["Aviso dado"]


def test_the_acknowledgement_is_due_when_the_charter_says_and_lateness_is_shown(league, monkeypatch):
    agreement = agreed(league)
    held = parse(model_charter().replace('acknowledge = "4h"', 'acknowledge = "90m"'))
    monkeypatch.setattr("hansa.activation.bylaws.charter", lambda digest: held)
    act, row = recall(league, agreement)
    with member_scope("chicago-il"):
        seen = queries.case(agreement).notices[0]
        assert seen.clock.due - row.at == timedelta(minutes=90)
        assert Duty.objects.get(kind="aid.acknowledge").due_at - act.at == timedelta(minutes=90)
        assert seen.clock.late_by(row.at + 2 * HOUR) == timedelta(minutes=30)


def test_a_charter_without_the_term_gives_four_hours_and_one_that_is_not_held_too(league):
    held = parse(model_charter().replace('acknowledge = "4h"\n', ""))
    assert held.notices.acknowledge == 4 * HOUR == rules.ACKNOWLEDGE_WITHIN
    now = clock.now()
    assert asked.acknowledge_by("", now) == now + 4 * HOUR
    assert asked.asked("", rules.RECALL) is None and asked.given("", rules.RECALL, now, now) is None


@pytest.mark.parametrize(
    ("value", "code"), [('"-4h"', "negative-clock"), ('"soon"', "not-duration"), ("4", "wrong-type")]
)
def test_a_wrong_acknowledgement_clock_is_named_on_its_line(value, code):
    text = model_charter().replace('acknowledge = "4h"', f"acknowledge = {value}")
    line = next(n for n, words in enumerate(text.split("\n"), 1) if words.startswith("acknowledge = "))
    problems = check(text)[1]
    assert [(found.line, found.code) for found in problems] == [(line, code)]
    assert code in MESSAGES


def test_the_model_charter_names_who_signs_each_notice_in_both_languages():
    types = {f"aid.agreement.{verb}" for verb in ("recalled", "cancelled", "released", "acknowledged")}
    for language in ("en", "es"):
        held = parse(model_charter(language))
        assert {held.clause_for(f"signing.{name}").number for name in types} == {"5.3"}
        assert types | {"activation.level.changed"} <= set(held.signing)
        assert held.flat == {**parse(model_charter("en")).flat, "language": language}
