# SPDX-License-Identifier: Apache-2.0
"""Whoever vouches for a passkey reads whose it is, where it signs, and what it then means."""

import pytest
from django.urls import reverse

from hansa.core.rls import member_scope
from hansa.ledger import actions as ledger
from hansa.ledger import naming, queries
from hansa.ledger.exercise import ExerciseAuthenticator
from hansa.ledger.models import Authenticator
from hansa.ledger.publishing import read_act
from hansa.ledger.tlog.strict import to_base64url
from hansa.people import approving

pytestmark = pytest.mark.django_db


def _drawn_up(cast):
    made = ExerciseAuthenticator.derive(b"a phone of the clerk" * 4).credential
    with member_scope("oakland-ca"):
        clerk = cast.actor("oakland_clerk")
        key_id = made.id.encode()
        return approving.enrol_passkey(key_id, made.cose_public_key, actor=clerk), to_base64url(key_id)


def test_the_approver_reads_whose_passkey_it_is_and_where_it_signs(cast, settings):
    settings.HANSA_RP_ID, settings.HANSA_ORIGINS = "hansa.example", ["https://hansa.example"]
    pending, credential = _drawn_up(cast)
    with member_scope("oakland-ca"):
        act = ledger.read_pending(pending)
        facts = dict(act.facts)
        assert facts["Whose passkey"] == "Exercise Clerk, Exercise Clerk"
        assert facts["Passkey"] == f"{credential[:12]}…"
        assert facts["Signs only at"] == "hansa.example (https://hansa.example)"
        assert facts["Kind of key"] == "ES256 (P-256)"
        assert "Exercise" not in facts
        assert "passkey of Exercise Clerk" in act.headline
        assert "signs as this person" in act.body.owes(act)
        assert "revoked at any time" in act.body.change(act)


def test_the_page_shows_these_facts_before_the_button(cast, browse):
    pending, _credential = _drawn_up(cast)
    page = browse("oakland_admin").get(f"{reverse('people:act-approve')}?act={pending.id}").content.decode()
    facts = page[page.index("Whose passkey") : page.index('name="exercise"')]
    assert "Exercise Clerk, Exercise Clerk" in facts
    assert str(cast.oakland_clerk.id) in facts


def test_an_exercise_key_says_so_and_a_revocation_says_whose_it_was(cast):
    with member_scope("oakland-ca"):
        held = Authenticator.objects.get(person=cast.oakland_mayor.id)
        logged = queries.logged_acts(author="oakland-ca", type_prefix="ledger.authenticator.enrolled")
        mayors = [act for act in map(read_act, logged) if act.body.person == cast.oakland_mayor.id]
        assert ["software" in dict(act.facts)["Exercise"] for act in mayors] == [True]
        revoking = ledger.read_pending(approving.revoke_passkey(held, actor=cast.actor("oakland_admin")))
        assert "passkey of Exercise Mayor" in revoking.headline
        assert dict(revoking.facts)["Whose passkey"] == "Exercise Mayor, Exercise Mayor"


def test_a_name_that_is_not_known_is_an_id_and_names_are_looked_up_once_while_kept(monkeypatch):
    asked: list[str] = []

    def names(slugs):
        asked.extend(slugs)
        return {slug: slug.upper() for slug in slugs}

    monkeypatch.setattr(naming, "_member_names", names)
    with naming.names_kept(["boise-id"]):
        assert naming.member_name("boise-id") == "BOISE-ID"
        assert [naming.member_name("reno-nv"), naming.member_name("reno-nv")] == ["RENO-NV"] * 2
    assert asked == ["boise-id", "reno-nv"]
    monkeypatch.undo()
    assert naming._ids(["boise-id"]) == {"boise-id": "boise-id"}
