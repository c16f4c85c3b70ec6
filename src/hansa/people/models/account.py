# SPDX-License-Identifier: Apache-2.0
"""Who acts: accounts of this node's members, and the persons and offices that every node knows.

`Person` and `Appointment` follow from acts. Everything else is a member's own and never leaves the node.
"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from hansa.core import clock
from hansa.core.models import LocalModel, SharedModel
from hansa.core.personal import declare
from hansa.people import rules
from hansa.people.choices import Office, Scope, TermState


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts inside the member scope that is open."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account with this e-mail address."""
        return self.get(email=(username or "").lower())


class Account(AbstractBaseUser, LocalModel):
    """A person who signs in on this node for one member. Its id is the person's id in acts.

    A service account is a program's: it has tokens that read, no office, no way to sign in, no passkey. `reads_until`
    lets a person read on whose last term ended, until then.
    """

    email = models.EmailField()
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, default="")
    language = models.CharField(max_length=5, default="en")
    service = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    reads_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = AccountManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    personal = declare(
        none="id member language service is_active reads_until created_at",
        holder="email name title password last_login",
        purpose="sign-in, and saying who acts",
        sealed="the member",
        purge="one year after the last term ended",
    )

    class Meta:
        # The address is unique on the node, not per member: sign-in has nothing else to find the member by.
        constraints = [models.UniqueConstraint(Lower("email"), name="people_account_email")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Store the account; the address in lower case, so that sign-in ignores case."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)


class Invitation(LocalModel):
    """A link, used once, with which a person makes the first passkey. Only the hash of its secret is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    personal = declare(
        none="id member secret_hash created_at expires_at used_at",
        holder="account created_by",
        purpose="to bring a person's first passkey",
        sealed="the member",
        purge="with the account",
    )


class ApiToken(LocalModel):
    """A secret with which a program reads or acts for an account. Only its hash is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    personal = declare(
        none="id member name secret_hash scopes created_at expires_at last_used_at revoked_at",
        holder="account",
        purpose="programs acting for a person",
        sealed="the member",
        purge="with the account",
    )

    def usable(self, at) -> bool:
        """Return whether the token still opens anything at this time."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class RateBucket(models.Model):
    """What is left of a rate limit. The key is a hash, so that the table says nothing about anyone."""

    key = models.CharField(primary_key=True, max_length=64)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()
    personal = declare(none="key tokens filled_at")


class Person(SharedModel):
    """A person as the league knows them: name and title, told by their member to the league only."""

    # Keyed by the member that speaks, so that no member can rename another's people.
    pk = models.CompositePrimaryKey("member", "person")
    member = models.CharField(max_length=63)
    person = models.UUIDField()
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    act = models.UUIDField()
    personal = declare(
        none="member audience act",
        official="person name title",
        purpose="members know who acts for whom",
        sealed="the league",
        purge="one year after the last term ended",
    )

    def __str__(self) -> str:
        return self.name


class Appointment(SharedModel):
    """A person's office for a member, for a term. Public, and pseudonymous: it holds no name.

    A delegated term names the term that it was delegated from (`source`) and who delegated it; it ends with that one.
    """

    id = models.UUIDField(primary_key=True)
    member = models.CharField(max_length=63)
    person = models.UUIDField()
    office = models.CharField(max_length=40, choices=Office.choices)
    begins_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    source = models.UUIDField(null=True)
    delegated_by = models.UUIDField(null=True)
    personal = declare(
        none="id member office begins_at until ended_at source audience",
        official="person delegated_by",
        purpose="to judge who could sign what, when",
        sealed="nobody: an opaque id",
        purge="never: the log is evidence",
    )

    class Meta:
        indexes = [models.Index(fields=["member", "person"], name="people_appointment_holder")]

    @property
    def ends_at(self):
        """When the term ends or ended; None while it is open."""
        return rules.term_end(self.until, self.ended_at)

    def state(self, at) -> TermState:
        """Return whether the term is ahead, running or over at a time."""
        return TermState(rules.term_state(self.begins_at, self.ends_at, at))
