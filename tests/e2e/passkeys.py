# SPDX-License-Identifier: Apache-2.0
"""Virtual authenticators and invitations, for the tests in which a person signs in or signs acts by passkey."""

from playwright.sync_api import CDPSession, Page

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.people import actions
from hansa.people.models import Account


def plug_in(page: Page, *, verified: bool = True) -> tuple[CDPSession, str]:
    """Plug a virtual authenticator with resident keys into the page; return its session and id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": verified, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def invitation_link(account: Account) -> str:
    """Return the path of a new invitation for an account."""
    with member_scope(account.member):
        secret = actions.new_invitation(Account.objects.get(id=account.id), actor=None, at=clock.now())
    return f"/join/{secret}/"
