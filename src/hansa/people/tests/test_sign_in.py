# SPDX-License-Identifier: Apache-2.0
"""Coming in: persona links in an exercise only, password with an app, tokens, closed accounts, rate limits."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse
from time_machine import travel

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.people import actions, queries, ratelimit, rules, sign_in
from hansa.people.models import Account

PASSWORD = "correct horse battery staple 1"


def _invited(cast) -> str:
    with member_scope("oakland-ca"):
        account = Account.objects.get(id=cast.oakland_clerk.id)
        return actions.new_invitation(account, actor=cast.actor("oakland_admin"), at=clock.now())


def test_a_persona_signs_in_by_its_link_in_the_exercise(browse):
    page = browse("oakland_mayor").get(reverse("people:account-detail")).content.decode()
    assert "Exercise Mayor" in page


def test_there_is_no_persona_link_in_a_real_league(db):
    cast = found_cast_real()
    answer = Client().get(reverse("people:persona-sign-in", args=[sign_in.persona_token(cast)]))
    assert answer.status_code == 404


def found_cast_real():
    """Found a member in a league that is no exercise; return its administrator's id."""
    from hansa.ledger import actions as ledger
    from hansa.people import founding
    from hansa.people.founding import Newcomer

    ledger.found_node("real-league", exercise=None)
    founded = founding.found_member(
        "oakland-ca", administrators=[Newcomer("admin@oakland-ca.example", "Exercise Administrator", "Administrator")],
        roots=founding.recovery_keys(3), threshold=2, at=clock.now(), opens_league=True,
    )  # fmt: skip
    return founded.administrators[0].id


def test_there_is_no_persona_link_outside_demo_mode(cast, settings):
    settings.DEMO = False
    url = reverse("people:persona-sign-in", args=[sign_in.persona_token(cast.oakland_mayor.id)])
    assert Client().get(url).status_code == 404


@pytest.mark.parametrize("token", ["x", "01920000000070008000000000000001:forged"])
def test_a_forged_persona_link_is_no_page(cast, token):
    assert Client().get(reverse("people:persona-sign-in", args=[token])).status_code == 404


def test_a_password_alone_reads_and_with_the_app_the_offices_are_back(cast):
    client, secret = Client(), _invited(cast)
    answer = client.post(reverse("people:invitation-accept", args=[secret]), {"password": PASSWORD})
    assert answer["Location"] == reverse("mfa_activate_totp")
    page = client.get(reverse("people:account-detail")).content.decode()
    assert "You can read, not act" in page
    setup = client.get(reverse("mfa_activate_totp"))
    key = setup.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": _code(key)})
    client.post(reverse("account_logout"))
    answer = client.post(reverse("account_login"), {"login": cast.oakland_clerk.email.upper(), "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "That did not confirm you." in wrong.content.decode()
    with travel(clock.now() + timedelta(seconds=90)):
        assert client.post(reverse("mfa_authenticate"), {"code": _code(key)}).status_code == 302
        page = client.get(reverse("people:account-detail")).content.decode()
    assert "You can read, not act" not in page
    assert "Exercise Clerk" in page


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def test_an_invitation_works_once_and_not_after_its_week(cast):
    secret = _invited(cast)
    url = reverse("people:invitation-accept", args=[secret])
    with travel(clock.now() + timedelta(days=8)):
        assert Client().get(url).status_code == 404
    assert "Exercise Clerk" in Client().get(url).content.decode()
    short = Client().post(url, {"password": "short"})
    assert short.status_code == 422
    assert Client().post(url, {"password": PASSWORD}).status_code == 302
    assert Client().post(url, {"password": PASSWORD}).status_code == 404


def test_a_newer_invitation_voids_the_earlier(cast):
    first, _second = _invited(cast), _invited(cast)
    assert Client().get(reverse("people:invitation-accept", args=[first])).status_code == 404


def test_a_wrong_password_says_what_to_do_and_an_unknown_address_says_the_same(cast):
    with member_scope("oakland-ca"):
        actions.set_password(Account.objects.get(id=cast.oakland_clerk.id), PASSWORD)
    said = set()
    for address in (cast.oakland_clerk.email, "nobody@nowhere.example"):
        page = Client().post(reverse("account_login"), {"login": address, "password": "wrong"}).content.decode()
        said.add(re.search(r"This address and password do not belong together[^<]*", page)[0])
    assert len(said) == 1


def test_a_closed_account_is_out_at_once_and_its_tokens_open_nothing(browse, cast):
    client = browse("oakland_mayor")
    mayor = cast.actor("oakland_mayor")
    with member_scope("oakland-ca"):
        _token, secret = actions.make_token(name="board", scopes=["read"], actor=mayor, at=clock.now())
        account = Account.objects.get(id=cast.oakland_mayor.id)
        actions.close_account(account, actor=cast.actor("oakland_admin"))
        assert actions.use_token(secret) is None
        with pytest.raises(Invalid, match="your own account"):
            actions.close_account(Account.objects.get(id=cast.oakland_admin.id), actor=cast.actor("oakland_admin"))
    assert client.get(reverse("people:account-detail")).status_code == 302


def test_a_token_is_shown_once_ends_when_revoked_and_only_its_hash_is_kept(browse, cast):
    client = browse("oakland_mayor")
    page = client.post(reverse("people:token-make"), {"name": "board", "scopes": "read", "days": "30"}).content.decode()
    secret = re.search(r"hansa_[\w-]+", page)[0]
    assert secret not in client.get(reverse("people:account-detail")).content.decode()
    assert sign_in.member_by_token(secret) == "oakland-ca"
    with member_scope("oakland-ca"):
        token = actions.use_token(secret)
        assert token.secret_hash != secret
        assert queries.actor_for(token.account).office == "chief-executive"
    client.post(reverse("people:token-revoke", args=[token.id]))
    with member_scope("oakland-ca"):
        assert actions.use_token(secret) is None


def test_a_mayor_cannot_revoke_a_colleagues_token_or_renew_a_colleague(browse, cast):
    duty = cast.actor("oakland_duty")
    with member_scope("oakland-ca"):
        token, _secret = actions.make_token(name="board", scopes=["read"], actor=duty, at=clock.now())
        with pytest.raises(Refused):
            actions.revoke_token(token, actor=cast.actor("oakland_mayor"), at=clock.now())
    client = browse("oakland_mayor")
    assert client.post(reverse("people:token-revoke", args=[token.id])).status_code == 404
    assert client.post(reverse("people:person-renew", args=[cast.oakland_duty.id])).status_code == 403


def test_a_bucket_empties_says_how_long_to_wait_and_fills_again(db):
    rate = rules.Rate(burst=3, seconds=10)
    start = clock.now()
    with travel(start, tick=False):
        assert [ratelimit.take("form", "a", rate) for _ in range(5)] == [0, 0, 0, 10, 10]
        assert ratelimit.take("form", "b", rate) == 0
    with travel(start + timedelta(seconds=4), tick=False):
        assert ratelimit.take("form", "a", rate) == 6
    with travel(start + timedelta(seconds=10), tick=False):
        assert [ratelimit.take("form", "a", rate) for _ in range(2)] == [0, 10]


def test_a_clock_that_was_set_back_locks_nobody_out(db):
    rate = rules.Rate(burst=2, seconds=10)
    right = clock.now()
    with travel(right + timedelta(days=1), tick=False):
        assert [ratelimit.take("form", "a", rate) for _ in range(3)] == [0, 0, 10]
    with travel(right, tick=False):
        assert [ratelimit.take("form", "a", rate) for _ in range(3)] == [0, 0, 10]
    with travel(right + timedelta(seconds=10), tick=False):
        assert ratelimit.take("form", "a", rate) == 0


def test_too_many_tries_on_an_invitation_get_the_page_that_says_when(cast):
    url = reverse("people:invitation-accept", args=["guess"])
    client = Client()
    answers = [client.post(url).status_code for _ in range(ratelimit.SIGN_IN.burst + 1)]
    assert answers[-2:] == [404, 429]
    page = client.post(url)
    assert int(page["Retry-After"]) >= 1
    assert "Nothing was sent. Try again in" in page.content.decode()
