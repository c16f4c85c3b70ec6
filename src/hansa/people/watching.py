# SPDX-License-Identifier: Apache-2.0
"""Watching an account for its holder: browsers never seen before, ways to sign in that come and go.

What happened is a line in the member's record of access, and a message to the person on the addresses that they
confirmed. Personas of an exercise sign in by a link that everybody has: they are not watched.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hansa import notify
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import Text
from hansa.ledger.models import League
from hansa.people.choices import FACTORS, Change
from hansa.people.models import AccessChange, Account, Device

COOKIE = "hansa_device"
COOKIE_LIFE = timedelta(days=400)
ALERT_LIFE = timedelta(days=2)
_SECRET = re.compile(r"[\w-]{43}")
# Each browser names those that it descends from, too: the first that fits is the one.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
             ("Chrom", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
            ("CrOS", "Chromebook"), ("Linux", "Linux"))  # fmt: skip


def browser_of(user_agent: str) -> str:
    """Return a browser as people call it, such as "Firefox, Windows": never its version, which tells people apart."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(word for word in (browser, system) if word) or gettext("Unknown browser")


def record(account: UUID, kind: Change, *, by: UUID | None = None, detail: str = "") -> AccessChange:
    """Write a line of the record of access, in the member scope that is open."""
    return AccessChange.objects.create(account_id=account, kind=kind, by=by, detail=detail[:120], at=clock.now())


def see_sign_in(sender, request: HttpRequest, user: Account, **_rest) -> None:
    """Know the browser by its cookie; one that this account never used is noted, and told to the holder."""
    # The library lists only those sign-ins that it made itself: an invitation and a persona's link are not.
    UserSession.objects.create_from_request(request)
    if getattr(request, "hansa_persona", False):
        return
    now = clock.now()
    known = request.COOKIES.get(COOKIE, "")
    secret = known if _SECRET.fullmatch(known) else secrets.token_urlsafe(32)
    request.hansa_device = secret  # type: ignore[attr-defined]
    digest = hashlib.sha256(secret.encode()).hexdigest()
    if Device.objects.filter(account=user, secret_hash=digest).update(last_at=now):
        return
    first = not Device.objects.filter(account=user).exists()
    browser = browser_of(request.headers.get("User-Agent", ""))
    Device.objects.create(account=user, secret_hash=digest, browser=browser, first_at=now, last_at=now)
    record(user.id, Change.NEW_DEVICE, by=user.id, detail=browser)
    if not first:
        _tell(user, _("New sign-in to your account"), browser)


def keep(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser its cookie after a sign-in."""
    if secret := getattr(request, "hansa_device", ""):
        response.set_cookie(
            COOKIE, secret, max_age=COOKIE_LIFE, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )


def see_factor_added(sender, user: Account, authenticator: Authenticator, **_rest) -> None:
    """Note a further way to sign in, and tell the holder."""
    record(user.id, Change.FACTOR_ADDED, by=user.id, detail=authenticator.type)
    _tell(user, _("A way to sign in was added to your account"), FACTORS[authenticator.type])


def see_factor_removed(sender, user: Account, authenticator: Authenticator, **_rest) -> None:
    """Note that a way to sign in is gone, and tell the holder."""
    record(user.id, Change.FACTOR_REMOVED, by=user.id, detail=authenticator.type)
    _tell(user, _("A way to sign in was removed from your account"), FACTORS[authenticator.type])


def see_sign_on_linked(sender, sociallogin, **_rest) -> None:
    """Note that another system's sign-in opens the account from now on, and tell the holder."""
    name = sociallogin.provider.name
    record(sociallogin.user.id, Change.SIGN_ON_LINKED, by=sociallogin.user.id, detail=name)
    _tell(sociallogin.user, _("Single sign-on was linked to your account"), name)


def _in_words(what: Text, at: datetime) -> str:
    text = gettext("%(what)s, %(time)s UTC. If it was not you: sign out everywhere else, and tell your administrator.")
    return text % {"what": what, "time": date_format(at, "DATETIME_FORMAT")}


_words = lazy(_in_words, str)


def _tell(account: Account, headline: Text, what: Text) -> None:
    """Send what happened to the person."""
    now = clock.now()
    tell([account], f"people.account:{new_id()}", headline, _words(what, now), reverse("usersessions_list"), at=now)


def tell(
    accounts: Sequence[Account], key: str, headline: Text, text: Text, url: str, *, at: datetime,
    urgency: notify.Urgency | None = None,
) -> None:  # fmt: skip
    """Send a message to persons, each in their language; the same `key` again sends nothing more.

    A drill reaches enlisted addresses only.
    """
    exercise = League.objects.exclude(exercise=None).values_list("exercise", flat=True).first() or ""
    event = notify.Event(
        key=key, headline=headline, text=text, url=url, expires_at=at + ALERT_LIFE, exercise=exercise,
        urgency=urgency or notify.Urgency.NORMAL,
    )  # fmt: skip
    notify.send_message(event, [notify.Recipient(each.id, language=each.language) for each in accounts], at=at)
