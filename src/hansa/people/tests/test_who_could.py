# SPDX-License-Identifier: Apache-2.0
"""Who could do what, when; delegation, programs and tokens on their pages and over HTTP."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.people import actions, approving, history, queries
from hansa.people.models import Account, Appointment

ID = "01920000-0000-7000-8000-00000000000b"


def _term(cast, name: str, office: str = "chief-executive") -> Appointment:
    with member_scope("oakland-ca"):
        return Appointment.objects.get(person=getattr(cast, name).id, office=office, source=None)


def _delegated(browse, cast):
    """Let the mayor delegate to the clerk until the day after tomorrow, on the pages."""
    client, term = browse("oakland_mayor"), _term(cast, "oakland_mayor")
    day = (clock.now() + timedelta(days=2)).date().isoformat()
    said = {"person": str(cast.oakland_clerk.id), "until": day, "act": ID}
    answer = client.post(reverse("people:office-delegate", args=[term.id]), said)
    assert answer["Location"].startswith(f"{reverse('people:act-approve')}?act={ID}")
    page = client.get(answer["Location"]).content.decode()
    assert "binds the member as if you had signed it" in page
    signed = client.post(reverse("people:act-approve"), {"act": ID, "shown": ID, "exercise": "1"})
    assert signed.status_code == 302
    return client


def test_a_mayor_delegates_on_the_page_and_takes_it_back(browse, cast):
    client = _delegated(browse, cast)
    account = client.get(reverse("people:account-detail")).content.decode()
    assert "Whom I let act for me" in account
    assert "delegated to you" in browse("oakland_clerk").get(reverse("people:account-detail")).content.decode()
    answer = client.post(reverse("people:delegation-end", args=[ID]))
    act = answer["Location"].split("act=")[1].split("&")[0]
    client.post(reverse("people:act-approve"), {"act": act, "shown": act, "exercise": "1"})
    assert cast.actor("oakland_clerk").offices == ()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [("until", "2001-01-01", "has passed"), ("until", "", "required"), ("person", "x", "Select a valid choice")],
)  # fmt: skip
def test_a_bad_delegation_keeps_what_was_typed_and_draws_up_nothing(browse, cast, field, value, says):
    said = {"person": str(cast.oakland_clerk.id), "until": "2999-01-01", "act": ID} | {field: value}
    url = reverse("people:office-delegate", args=[_term(cast, "oakland_mayor").id])
    answer = browse("oakland_mayor").post(url, said)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert ID in answer.content.decode()


def test_nobody_delegates_the_office_of_another_or_of_another_member(browse, cast):
    url = reverse("people:office-delegate", args=[_term(cast, "oakland_mayor").id])
    assert browse("oakland_duty").get(url).status_code == 403
    assert browse("portland_mayor").get(url).status_code == 404


def test_a_program_draws_a_delegation_up_and_the_terms_of_a_moment_are_read(browse, cast):
    actor = cast.actor("oakland_mayor")
    with member_scope("oakland-ca"):
        _row, secret = actions.make_token(name="board", scopes=["act"], actor=actor, at=clock.now())
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    until = (clock.now() + timedelta(days=1)).isoformat()
    said = json.dumps({"term": str(_term(cast, "oakland_mayor").id), "person": str(cast.oakland_clerk.id),
                       "until": until, "id": ID})  # fmt: skip
    answer = client.post("/api/v1/people/delegations", said, content_type="application/json")
    assert (answer.status_code, answer.json()["id"]) == (202, ID)
    assert cast.actor("oakland_clerk").offices == ()
    before = (clock.now() - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert client.get("/api/v1/people/terms", {"at": before}).json() == []
    now = clock.now().isoformat().replace("+00:00", "Z")
    assert "chief-executive" in {term["office"] for term in client.get("/api/v1/people/terms", {"at": now}).json()}


def test_the_page_shows_who_held_which_office_at_a_moment_that_is_past(browse, cast):
    _delegated(browse, cast)
    during = clock.now() + timedelta(hours=1)
    with travel(clock.now() + timedelta(days=5)):
        with member_scope("oakland-ca"):
            held = {(row.term.office, row.name, row.delegated_by) for row in history.holdings("oakland-ca", during)}
        assert ("chief-executive", "Exercise Clerk", "Exercise Mayor") in held
        client = browse("oakland_admin")
        asked = {"at": timezone.localtime(during).strftime("%Y-%m-%d %H:%M"), "person": str(cast.oakland_clerk.id)}
        page = client.get(reverse("people:who-could"), asked).content.decode()
        assert "delegated by Exercise Mayor" in page
        assert "with 1 passkey" in page
        now = client.get(reverse("people:who-could"), {"person": asked["person"]}).content.decode()
        assert "Nobody held an office then." in now
        assert "Term ends: the office opens nothing more" in now


def test_a_person_reads_their_own_changes_and_an_administrator_everyones(browse, cast):
    with member_scope("oakland-ca"):
        account = Account.objects.get(id=cast.oakland_clerk.id)
        actions.new_invitation(account, actor=cast.actor("oakland_admin"), at=clock.now())
        actions.forget_sign_in(account, actor=cast.actor("oakland_admin"), at=clock.now())
    url, own = reverse("people:who-could"), {"person": str(cast.oakland_clerk.id)}
    for name, address, sees in (
        ("oakland_clerk", own, True), ("oakland_clerk", {}, False), ("oakland_mayor", own, False),
        ("oakland_admin", {}, True),
    ):  # fmt: skip
        page = browse(name).get(url, address).content.decode()
        assert ("every way to sign in removed" in page) is sees
    assert browse("oakland_admin").get(url, {"at": "yesterday"}).status_code == 422
    assert browse("portland_admin").get(url, own).status_code == 422


def test_a_revoked_passkey_could_sign_before_and_not_after(cast):
    with member_scope("oakland-ca"):
        admin = cast.actor("oakland_admin")
        key = queries.passkeys_of(cast.oakland_mayor.id).get()
        before = clock.now()
        pending = approving.revoke_passkey(key, actor=admin)
        approving.approve_pending([pending], actor=admin, at=clock.now())

        def keys(at):
            return [row.passkeys for row in history.holdings("oakland-ca", at, cast.oakland_mayor.id)]

        assert (keys(before), keys(clock.now())) == ([1], [0])


def test_an_administrator_adds_a_program_whose_secret_is_shown_once_and_revokes_its_token(browse, cast):
    client = browse("oakland_admin")
    made = client.post(reverse("people:program-make"), {"name": "Exercise dashboard", "days": "30"})
    secret = re.search(r"hansa_[\w-]+", made.content.decode())[0]
    reader = Client(headers={"Authorization": f"Bearer {secret}"})
    assert reader.get("/api/v1/people/me").status_code == 200
    page = client.get(reverse("people:program-list")).content.decode()
    assert "Exercise dashboard" in page
    assert secret not in page
    token = re.search(r"people/tokens/([0-9a-f-]{36})/revoke/", page)[1]
    assert browse("oakland_mayor").post(reverse("people:token-end", args=[token])).status_code == 403
    assert browse("oakland_mayor").get(reverse("people:program-list")).status_code == 403
    client.post(reverse("people:token-end", args=[token]))
    assert reader.get("/api/v1/people/me").status_code == 401
    bad = client.post(reverse("people:program-make"), {"name": "", "days": "30"})
    assert bad.status_code == 422


def test_an_administrator_makes_an_invitation_void(browse, cast):
    with member_scope("oakland-ca"):
        account = Account.objects.get(id=cast.oakland_clerk.id)
        secret = actions.new_invitation(account, actor=cast.actor("oakland_admin"), at=clock.now())
    client, link = browse("oakland_admin"), reverse("people:invitation-accept", args=[secret])
    page = client.get(reverse("people:person-detail", args=[account.id])).content.decode()
    assert "An invitation is open until" in page
    assert Client().get(link).status_code == 200
    client.post(reverse("people:invitation-void", args=[account.id]))
    assert Client().get(link).status_code == 404
