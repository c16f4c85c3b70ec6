# SPDX-License-Identifier: Apache-2.0
"""What every request of a signed-in person reads, its session and its account, each by one prepared statement."""

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.utils import timezone

from hansa.core.reading import rows
from hansa.people.models import Account


class AccountBackend(AuthenticationBackend):
    """Allauth's sign-in, over accounts of the member whose scope is open."""

    def get_user(self, user_id: UUID) -> Account | None:
        """Return the account with this id while it is active, None for any other."""
        found = rows(Account, "id = $1", str(user_id))
        return found[0] if found and self.user_can_authenticate(found[0]) else None


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self):
        found = rows(self.model, "session_key = $1 AND expire_date > $2", self.session_key, timezone.now().isoformat())
        if not found:
            self._session_key = None
        return found[0] if found else None
