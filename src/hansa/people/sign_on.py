# SPDX-License-Identifier: Apache-2.0
"""Single sign-on: a member's own sign-in system (OpenID Connect) says who somebody is. It opens reading, no office.

An office is opened by a second factor that Hansa knows, and acts are signed by a passkey: whoever runs a city's mail
system must not be able to act for the city. A system opens accounts of its own member only, because the whole
exchange runs in that member's scope; it opens the account whose address it vouches for, and from then on the account
is bound to the subject that it named. Nothing of what it tells is kept but that subject.
"""

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from requests import RequestException

from hansa.core.verdicts import Text
from hansa.people.sign_on_systems import SignOn

_UNKNOWN = _(
    "This sign-in opens no account here. Ask your administrator to invite you with the address that your"
    " organization knows you by."
)
_ANOTHER = _("This account is bound to another sign-in of your organization. Ask your administrator.")
_CLOSED = _("This account is closed. It opens nothing any more. Ask your administrator.")
_PROGRAM = _("This account belongs to a program. It signs in nowhere.")
SILENT = _("Your organization's sign-in does not answer. You are not signed in. Use your passkey, or try again later.")
_FAILED = _("Your organization's sign-in did not confirm you. You are not signed in. Try again.")
_CANCELLED = _("You stopped before the end. You are not signed in.")


def offered() -> tuple[SignOn, ...]:
    """Return the sign-in systems of this node's members, in the order in which the operator listed them."""
    return tuple(settings.HANSA_SIGN_ON)


def member_of(system: str) -> str | None:
    """Return the member whose sign-in system this is, None when there is no such system."""
    return next((known.member for known in offered() if known.id == system), None)


def refused(request: HttpRequest, reason: Text, status: int = 403) -> HttpResponse:
    """Return the page that says why nobody was signed in."""
    return render(request, "people/sign_on_refused.html", {"reason": reason}, status=status)


class SignOnAdapter(DefaultSocialAccountAdapter):
    """What allauth asks us about single sign-on: nobody signs up by it, nobody links another's account by it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return False: an administrator invites."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Stop what would open a wrong account; bind an account to its subject at the first sign-in."""
        account = sociallogin.user if sociallogin.is_existing else None
        if sociallogin.state.get("process") != AuthProcess.LOGIN or account is None:
            raise ImmediateHttpResponse(refused(request, _UNKNOWN))
        if account.service or not account.is_active:
            raise ImmediateHttpResponse(refused(request, _PROGRAM if account.service else _CLOSED))
        if sociallogin.account.pk is None:
            if SocialAccount.objects.filter(user=account, provider=sociallogin.account.provider).exists():
                raise ImmediateHttpResponse(refused(request, _ANOTHER))
            sociallogin.connect(request, account)

    def on_authentication_error(
        self, request: HttpRequest, provider, error=None, exception=None, extra_context=None
    ) -> None:
        """Say what happened on a page of ours."""
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(refused(request, _CANCELLED))
        silent = isinstance(exception, RequestException)
        raise ImmediateHttpResponse(refused(request, SILENT if silent else _FAILED, 503 if silent else 403))

    def send_notification_mail(self, *args, **kwargs) -> None:
        """Send nothing: `watching` tells the holder."""


class Exchange(OpenIDConnectOAuth2Adapter):
    """The exchange with one system: its answers name one subject, and nothing else of them is kept."""

    def complete_login(self, request: HttpRequest, app, token, **kwargs) -> SocialLogin:
        """Return who the system says this is; `OAuth2Error` when its two answers do not agree."""
        login = super().complete_login(request, app, token, **kwargs)
        said = login.account.extra_data
        subjects = {part.get("sub") for part in (said.get("id_token"), said.get("userinfo")) if part is not None}
        if said.get("id_token") is None or len(subjects) != 1:
            raise OAuth2Error("the identity token and the user's information name different subjects")
        # Some systems say "false" in words, which Python would take for true.
        if (said.get("userinfo") or said["id_token"]).get("email_verified") is not True:
            login.email_addresses = []
        login.account.extra_data = {}
        return login
