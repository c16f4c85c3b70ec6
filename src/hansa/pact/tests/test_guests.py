# SPDX-License-Identifier: Apache-2.0
"""A guest: invited after a call, opened on a phone, bound by nothing but what it signs."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.ledger import actions as ledger
from hansa.ledger import registry
from hansa.ledger.act import Body
from hansa.ledger.models import Log, LoggedAct, Reader
from hansa.pact import actions, places, queries
from hansa.pact.actions.guests import Call, guest_keys
from hansa.pact.charter import model_charter
from hansa.pact.forms import GuestForm
from hansa.pact.models import GuestAcceptance, GuestCall, GuestInvitation, Member
from hansa.pact.tests.league import found, sign
from hansa.people import approving, founding, sign_in
from hansa.people import queries as people

pytestmark = pytest.mark.django_db
BOISE = places.city("Boise", "ID")
OPENER = "activation.crisis.invoked"


def crisis(league, member="chicago-il"):
    """Return the id of an activation: an act of the type that opens one."""
    body_type = registry.types[OPENER]
    with member_scope(member):
        actor = league.mayor(member)
        version = queries.charter_in_force()
        key = new_id()
        body = body_type.model_construct(**_fields(body_type))
        made = ledger.submit(actor, body, id=key, refs=[version.act], charter=version.digest)
        sign(made, actor)
    return key


def _fields(body_type: type[Body]) -> dict:
    said = {"situation": "Exercise fire", "place": "Exercise hills", "first_needs": "Shelter", "trigger": "fire",
            "level": "alert", "evidence": "", "lat": None, "lon": None, "consultation": None}  # fmt: skip
    return {name: said[name] for name in body_type.model_fields if name in said}


def call(**said) -> Call:
    values = {"number": "208-555-0100", "source": "boise.example, page Contact", "at": clock.now(),
              "spoke_with": "Exercise Clerk"} | said  # fmt: skip
    return Call(**values)


def invite(league, activation, place=BOISE, member="chicago-il", **said):
    with member_scope(member):
        actor = league.mayor(member)
        made = actions.invite_guest(place, activation=activation, call=call(**said), actor=actor, at=clock.now())
        return sign(made, actor)


def link(league, invitation):
    with member_scope(invitation.author):
        return actions.link_for_guest(
            invitation, email="mayor@boise.example", name="Exercise Mayor, Boise", title="Exercise Mayor",
            language="en", actor=league.mayor(invitation.author), at=clock.now(),
        )  # fmt: skip


def open_and_accept(league, invitation):
    account, _secret = link(league, invitation)
    with member_scope(account.member):
        actor = founding.acting(account, "chief-executive")
        actions.open_guest(account, approving.exercise_enrolment(actor), roots=guest_keys(), at=clock.now())
        sign(actions.accept_terms(invitation, actor=actor, at=clock.now()), actor)
    return actor


def test_a_guest_is_invited_opened_and_accepts():
    league = found()
    activation = crisis(league)
    invite(league, activation)
    invitation = GuestInvitation.objects.get()
    assert (invitation.guest, invitation.author) == ("boise-id", "chicago-il")
    assert queries.guests(activation) == []
    actor = open_and_accept(league, invitation)
    assert actor.member == "boise-id"
    assert [row.guest for row in queries.guests(activation)] == ["boise-id"]
    assert queries.guest_may("boise-id", "offer", activation)
    assert not queries.guest_may("boise-id", "request", activation)
    assert not queries.guest_may("boise-id", "offer", new_id())
    assert Log.objects.get(author="boise-id").hosted
    assert "boise-id" not in queries.members()
    with member_scope("boise-id"):
        assert people.offices_of("boise-id", actor.person, clock.now())[0] == "chief-executive"


def test_a_guest_reads_its_activation_and_nothing_else_of_the_league():
    league = found()
    activation = crisis(league)
    invite(league, activation)
    open_and_accept(league, GuestInvitation.objects.get())
    with member_scope("boise-id"):
        names = set(Reader.objects.filter(reader="boise-id").values_list("name", flat=True))
        assert names == {f"league:{ledger.current_epoch()}:{activation}"}


def test_a_guest_has_no_vote():
    league = found()
    activation = crisis(league)
    invite(league, activation)
    actor = open_and_accept(league, GuestInvitation.objects.get())
    with member_scope("boise-id"), pytest.raises(Refused, match="not a member"):
        actions.propose_amendment(
            model_charter(), reason="x", closes=clock.now() + timedelta(days=20), actor=actor, at=clock.now()
        )


def test_a_guest_that_ratifies_later_keeps_its_log():
    league = found()
    activation = crisis(league)
    invite(league, activation)
    actor = open_and_accept(league, GuestInvitation.objects.get())
    size = Log.objects.get(author="boise-id").size
    with member_scope("boise-id"):
        made = actions.join_league("boise-id", instrument="Exercise R-9", actor=actor, at=clock.now())
        sign(made, actor)
    assert Log.objects.get(author="boise-id").size > size
    assert LoggedAct.objects.filter(author="boise-id", type="pact.guest.accepted").exists()
    assert Member.objects.get(slug="boise-id").holds(clock.now())
    assert queries.guests(activation) == []
    with member_scope("boise-id"):
        assert Reader.objects.filter(reader="boise-id", name=f"league:{ledger.current_epoch()}").exists()


def test_where_the_charter_allows_no_guests_nobody_invites_one():
    closed = (
        model_charter().replace("allowed = true", "allowed = false").replace('"read-board", "offer", "sign-on"', "")
    )
    league = found(text=closed)
    activation = crisis(league)
    with pytest.raises(Refused, match="no guests"):
        invite(league, activation)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"at": clock.now() + timedelta(days=1)}, "called_at"),
        ({"at": clock.now() - timedelta(days=8)}, "called_at"),
        ({"spoke_with": " "}, "spoke_with"),
        ({"source": ""}, "number_source"),
    ],
)
def test_an_invitation_without_a_real_call_is_not_sent(said, field):
    league = found()
    activation = crisis(league)
    with pytest.raises(Invalid) as invalid:
        invite(league, activation, **said)
    assert field in invalid.value.errors
    assert not GuestInvitation.objects.exists()


def test_a_member_is_not_invited_and_no_guest_twice():
    league = found()
    activation = crisis(league)
    with pytest.raises(Invalid, match="member already"):
        invite(league, activation, place=places.city("Oakland", "CA"))
    invite(league, activation)
    with pytest.raises(Invalid, match="invited into this activation already"):
        invite(league, activation)


def test_an_activation_that_is_not_known_takes_no_guest():
    league = found()
    with pytest.raises(Invalid, match="not known here"):
        invite(league, new_id())


def test_who_was_spoken_with_stays_with_the_host():
    league = found()
    invite(league, crisis(league))
    with member_scope("chicago-il"):
        assert GuestCall.objects.get().spoke_with == "Exercise Clerk"
    with member_scope("oakland-ca"):
        assert not GuestCall.objects.exists()
    act = LoggedAct.objects.get(type="pact.guest.invited")
    assert b"Exercise Clerk" not in bytes(act.tail)


def test_only_the_host_makes_a_link_or_ends_a_stay_and_an_ended_stay_opens_nothing():
    league = found()
    activation = crisis(league)
    invite(league, activation)
    invitation = GuestInvitation.objects.get()
    with member_scope("oakland-ca"), pytest.raises(Refused, match="Only the member that invited"):
        actions.end_guest(invitation, reason="x", actor=league.mayor("oakland-ca"), at=clock.now())
    account, _secret = link(league, invitation)
    with member_scope("chicago-il"):
        actor = league.mayor("chicago-il")
        sign(actions.end_guest(invitation, reason="Not needed.", actor=actor, at=clock.now()), actor)
    with member_scope("boise-id"):
        guest = founding.acting(account, "chief-executive")
        with pytest.raises(Refused, match="ended"):
            actions.open_guest(account, approving.exercise_enrolment(guest), roots=guest_keys(), at=clock.now())
    assert not Log.objects.filter(author="boise-id").exists()


def test_a_second_link_voids_the_first(client):
    league = found()
    invite(league, crisis(league))
    invitation = GuestInvitation.objects.get()
    _account, first = link(league, invitation)
    _account, second = link(league, invitation)
    assert client.get(reverse("pact:guest-open", args=[first])).status_code == 404
    assert client.get(reverse("pact:guest-open", args=[second])).status_code == 200
    assert sign_in.member_by_invitation("nonsense") is None
    assert client.get(reverse("pact:guest-open", args=["nonsense"])).status_code == 404


def test_the_host_invites_from_the_page(browse):
    league = found()
    activation = crisis(league)
    client = browse(league.mayors["chicago-il"])
    address = reverse("pact:guest-invite")
    assert client.get(address).status_code == 404
    assert client.get(f"{address}?activation={activation}").status_code == 200
    called = (clock.now() - timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    said = {"kind": "city", "name": "Boise", "state": "ID", "seat": "", "called_number": "call me",
            "number_source": "boise.example", "spoke_with": "Exercise Clerk", "activation": str(activation),
            "called_at": called, "act": str(new_id())}  # fmt: skip
    answer = client.post(address, said)
    assert answer.status_code == 422
    assert "This is no telephone number" in answer.content.decode()
    answer = client.post(address, said | {"called_number": "208-555-0100"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("people:act-approve"))


def test_a_time_is_read_in_the_zone_that_the_page_names():
    with timezone.override(ZoneInfo("America/Chicago")):
        form = GuestForm({"called_at": "2026-11-20 08:05"})
        form.is_valid()
        assert form.cleaned_data["called_at"].astimezone(UTC).hour == 14
        assert "America/Chicago" in str(form.fields["called_at"].help_text)


def test_accepting_is_counted_once_and_only_by_the_guest_itself():
    league = found()
    invite(league, crisis(league))
    invitation = GuestInvitation.objects.get()
    with member_scope("oakland-ca"), pytest.raises(Refused, match="another government"):
        actions.accept_terms(invitation, actor=league.mayor("oakland-ca"), at=clock.now())
    actor = open_and_accept(league, invitation)
    with member_scope("boise-id"):
        sign(actions.accept_terms(invitation, actor=actor, at=clock.now()), actor)
    assert GuestAcceptance.objects.count() == 1
