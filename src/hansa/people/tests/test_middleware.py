# SPDX-License-Identifier: Apache-2.0
"""A request is one transaction in the member's scope: what ends in an exception changed nothing, and says why."""

import pytest
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import path

from hansa.config import urls as site
from hansa.core.rls import current_member, member_scope
from hansa.core.verdicts import Invalid, Refused, refuse
from hansa.people import actions
from hansa.people.models import Account

pytestmark = pytest.mark.urls(__name__)


def _writes_and(error: Exception | None, status: int = 200):
    def view(request) -> HttpResponse:
        actions.make_account(email="new@oakland-ca.example", name="Exercise New")
        if error:
            raise error
        return HttpResponse(f"{current_member()} {request.actor.office}", status=status)

    return view


urlpatterns = [
    path("written/", _writes_and(None)),
    path("refused/", _writes_and(Refused(refuse("The charter says no.", "chief-executive")))),
    path("invalid/", _writes_and(Invalid({"": "This number is too large."}))),
    path("absent/", _writes_and(Http404())),
    path("broken/", _writes_and(ValueError("broken"))),
    path("failed/", _writes_and(None, 503)),
    *site.urlpatterns,
]
handler404, handler500 = site.handler404, site.handler500


def _made() -> bool:
    with member_scope("oakland-ca"):
        return Account.objects.filter(email="new@oakland-ca.example").exists()


def test_a_request_runs_in_the_scope_of_the_member_and_keeps_what_it_wrote(browse):
    assert browse("oakland_mayor").get("/written/").content == b"oakland-ca chief-executive"
    assert current_member() == ""
    assert _made()


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [("/refused/", 403, "The charter says no."), ("/invalid/", 422, "This number is too large."),
     ("/absent/", 404, ""), ("/broken/", 500, ""), ("/failed/", 503, "")],
)  # fmt: skip
def test_what_ends_badly_changed_nothing(browse, address, status, says):
    client = browse("oakland_duty")
    client.raise_request_exception = False
    answer = client.get(address)
    assert answer.status_code == status
    assert says in answer.content.decode()
    assert not _made()


def test_a_refusal_names_who_holds_the_office(browse):
    page = browse("oakland_duty").get("/refused/").content.decode()
    assert "Exercise Mayor, Chief executive" in page


def test_a_stranger_has_no_actor_and_no_scope(cast):
    client = Client(raise_request_exception=False)
    assert client.get("/written/").status_code == 500
    assert not _made()
