# SPDX-License-Identifier: Apache-2.0
"""What allauth asks us: nobody signs up alone; passkeys are bound to the lasting domain; secrets are encrypted."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def _fernet() -> Fernet:
    key = HKDF(hashes.SHA256(), 32, None, b"hansa totp secrets v1").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator's invitation; there is no sign-up, and allauth sends no mail."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "This address and password do not belong together. Check both, or use your passkey."
        ),
        "too_many_login_attempts": _("Too many tries. Nothing is locked for good. Wait five minutes, then try again."),
        "incorrect_password": _("This is not your password. Check it and enter it again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: an administrator invites."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Send nothing: what happens to an account is shown on its pages, and told by the notify part."""


class MfaAdapter(DefaultMFAAdapter):
    """Names, domain and encryption of second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That did not confirm you. You are not signed in. Try again."),
        "cannot_delete_authenticator": _("You need one way to prove it is you. Add another first."),
    }

    def encrypt(self, text: str) -> str:
        """Return a TOTP secret as it is stored."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored TOTP secret in the clear."""
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user, type: Authenticator.Type) -> str:
        """Return a first name for a passkey; its holder can change it."""
        return gettext("Passkey %d") % (Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the lasting domain, whatever host name the request came by."""
        return {"id": settings.HANSA_RP_ID, "name": "Hansa"}
