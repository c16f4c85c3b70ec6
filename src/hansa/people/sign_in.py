# SPDX-License-Identifier: Apache-2.0
"""Whose scope a request opens, before anyone is signed in.

Accounts lie under row-level security by member, and without a member no row is seen. Sign-in therefore asks named
SECURITY DEFINER functions (migration 0002) for the member that belongs to what the visitor shows: an address, the
user handle of a passkey, the hash of a token. They answer with a member's slug and nothing else.
"""

import hashlib
import json
import re
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from fido2.utils import websafe_decode

from hansa.people import sign_on

MEMBER_KEY = "hansa_member"
OFFICE_KEY = "hansa_office"
_PERSONA_SALT = "hansa.people.persona"
_BEARER = "Bearer "
_SIGN_ON = re.compile(r"^/account/sign-on/([a-z0-9-]+)/login/")


def secret_hash(secret: str) -> str:
    """Return the hash under which a random secret (token, invitation) is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _ask(function: str, value: str | UUID) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [value])  # noqa: S608 (the names are this module's own)
        return cursor.fetchone()[0]


def member_by_email(email: str) -> str | None:
    """Return the member of the account with this address, None when there is none."""
    return _ask("people_member_by_email", email)


def member_by_account(account: UUID) -> str | None:
    """Return the member of an account (a passkey's user handle is its id), None when there is none."""
    return _ask("people_member_by_account", account)


def member_by_token(secret: str) -> str | None:
    """Return the member of an API token, None when no token has this secret."""
    return _ask("people_member_by_token", secret_hash(secret))


def member_by_invitation(secret: str) -> str | None:
    """Return the member of an invitation, None when none has this secret."""
    return _ask("people_member_by_invitation", secret_hash(secret))


def bearer_of(request: HttpRequest) -> str | None:
    """Return the API token that a request carries."""
    header = request.headers.get("Authorization", "")
    return header[len(_BEARER) :].strip() if header.startswith(_BEARER) else None


def is_sign_in(request: HttpRequest) -> bool:
    """Return whether the request is on allauth's part of the site."""
    return request.path.startswith(reverse("account_login").removesuffix("login/"))


def is_way_out(request: HttpRequest) -> bool:
    """Return whether the request is for the one page that stays open to whoever has left office: signing out."""
    return request.path == reverse("account_logout")


def member_of(request: HttpRequest) -> str | None:
    """Return the member whose scope this request opens, None for a stranger."""
    if secret := bearer_of(request):
        return member_by_token(secret)
    if member := request.session.get(MEMBER_KEY):
        return member
    if match := _SIGN_ON.search(request.path):
        return sign_on.member_of(match[1])
    return _member_shown(request) if is_sign_in(request) else None


def _member_shown(request: HttpRequest) -> str | None:
    """Return the member of an account that someone is about to sign in to."""
    pending = request.session.get("account_login")
    if isinstance(pending, dict) and pending.get("user_pk"):
        return member_by_account(UUID(pending["user_pk"]))
    if request.method != "POST":
        return None
    if email := request.POST.get("login"):
        return member_by_email(email) if "\x00" not in email else None
    handle = _user_handle(request.POST.get("credential", ""))
    return member_by_account(handle) if handle else None


def _user_handle(credential: str) -> UUID | None:
    try:
        return UUID(websafe_decode(json.loads(credential)["response"]["userHandle"]).decode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def remember_member(sender, request: HttpRequest, user, **_) -> None:
    """Write into the session which member the person who signed in belongs to."""
    request.session[MEMBER_KEY] = user.member


def persona_token(account: UUID) -> str:
    """Return the token of a persona's sign-in link: the account, signed with the node's secret key."""
    return signing.Signer(salt=_PERSONA_SALT).sign(account.hex)


def persona_of(token: str) -> UUID | None:
    """Return the account that a persona's token names; None for any other text, and outside demo mode."""
    if not settings.DEMO:
        return None
    try:
        return UUID(signing.Signer(salt=_PERSONA_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
