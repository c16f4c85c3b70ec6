# SPDX-License-Identifier: Apache-2.0
"""Charter, members, votes, notices, guests. All of it follows from acts and is public, but for `GuestCall`.

The first models hold what each act said. `CharterVersion` and `Member`, and the columns under "what follows", are
computed from the whole set of acts by `rules.fold` each time that one of them comes.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hansa.core.models import LocalModel, SharedModel
from hansa.core.personal import declare
from hansa.pact.charter import Charter, read
from hansa.pact.choices import Choice, Kind


class _Said(SharedModel):
    """One act: its id, its hash, its author and its time. Rows are ordered by time, then hash."""

    id = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    author = models.CharField(max_length=63)
    at = models.DateTimeField()

    class Meta:
        abstract = True


class _Place(models.Model):
    """A government: what it is called, what it is, and where (degrees; a state by its middle)."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=2)
    latitude = models.DecimalField(max_digits=8, decimal_places=5)
    longitude = models.DecimalField(max_digits=8, decimal_places=5)
    population = models.PositiveIntegerField(null=True)

    class Meta:
        abstract = True


class Founding(_Said):
    """The first act of a league: its name and its first charter."""

    name = models.CharField(max_length=120)
    text = models.TextField()
    personal = declare(none="id digest author at name text audience")


class Proposal(_Said):
    """A new text for the charter. `flaw` is empty when it counts; `choices.FLAWS` has the words."""

    parent = models.CharField(max_length=64)
    round = models.PositiveSmallIntegerField()
    closes = models.DateTimeField()
    electorate = ArrayField(models.CharField(max_length=63))
    text = models.TextField()
    reason = models.TextField()
    # What follows from all acts.
    flaw = models.CharField(max_length=10, default="")
    closed_at = models.DateTimeField(null=True)
    size = models.PositiveIntegerField(default=0)
    needed = models.PositiveIntegerField(default=0)
    yes = ArrayField(models.CharField(max_length=63), default=list)
    no = ArrayField(models.CharField(max_length=63), default=list)
    voters = ArrayField(models.CharField(max_length=63), default=list)
    decided_at = models.DateTimeField(null=True)
    personal = declare(
        none="id digest author at parent round closes electorate text reason flaw closed_at size needed yes no voters"
        " decided_at audience"
    )


class Vote(_Said):
    """A member's yes or no to a proposal, which it names by hash."""

    proposal = models.CharField(max_length=64, db_index=True)
    choice = models.CharField(max_length=3, choices=Choice.choices)
    reason = models.TextField()
    personal = declare(none="id digest author at proposal choice reason audience")


class Ratification(_Said, _Place):
    """A government ratified the charter that the act `charter` carries. `since` and `until` bound its membership."""

    charter = models.CharField(max_length=64)
    instrument = models.CharField(max_length=200)
    # What follows from all acts.
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    notice = models.CharField(max_length=64, null=True)
    counts = models.BooleanField(default=False)
    personal = declare(
        none="id digest author at name kind state latitude longitude population charter instrument since until notice"
        " counts audience"
    )


class Endorsement(_Said):
    """A member vouches for the government whose ratification has this hash."""

    ratification = models.CharField(max_length=64)
    personal = declare(none="id digest author at ratification audience")


class Notice(_Said):
    """A member says that it leaves."""

    effective = models.DateTimeField()
    reason = models.TextField()
    personal = declare(none="id digest author at effective reason audience")


class NoticeCancelled(_Said):
    """A member takes its notice, named by hash, back."""

    notice = models.CharField(max_length=64)
    personal = declare(none="id digest author at notice audience")


class CharterVersion(SharedModel):
    """A charter of the chain: the first one, and each amendment that was decided. Its key is its act's hash."""

    digest = models.CharField(primary_key=True, max_length=64)
    number = models.PositiveIntegerField(unique=True)
    parent = models.CharField(max_length=64, null=True)
    act = models.UUIDField()
    text = models.TextField()
    since = models.DateTimeField(null=True)
    personal = declare(none="digest number parent act text since audience")

    @property
    def charter(self) -> Charter:
        """The charter, parsed once per process."""
        return read(self.text)


class Member(SharedModel, _Place):
    """A government as it last ratified: a member from `since` until `until`, where these are set."""

    slug = models.CharField(primary_key=True, max_length=63)
    ratification = models.UUIDField()
    ratified_at = models.DateTimeField()
    charter = models.CharField(max_length=64)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    notice = models.CharField(max_length=64, null=True)
    personal = declare(
        none="slug name kind state latitude longitude population ratification ratified_at charter since until notice"
        " audience"
    )

    class Meta:
        ordering = ["name", "slug"]

    def __str__(self) -> str:
        return self.name

    def holds(self, at) -> bool:
        """Return whether it is a member at a time."""
        return self.since is not None and self.since <= at and (self.until is None or at < self.until)


class GuestInvitation(_Said, _Place):
    """A member (`author`) invited a government into one activation, after a call to a number that it publishes."""

    guest = models.CharField(max_length=63)
    activation = models.UUIDField(db_index=True)
    charter = models.CharField(max_length=64)
    called_number = models.CharField(max_length=40)
    number_source = models.CharField(max_length=300)
    called_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    personal = declare(
        none="id digest author at name kind state latitude longitude population guest activation charter"
        " called_number number_source called_at ended_at audience"
    )


class GuestAcceptance(_Said):
    """A guest's authorized person accepted the terms of the invitation with this hash."""

    invitation = models.CharField(max_length=64, unique=True)
    activation = models.UUIDField(db_index=True)
    charter = models.CharField(max_length=64)
    personal = declare(none="id digest author at invitation activation charter audience")


class GuestCall(LocalModel):
    """Who of the host's people called the guest to confirm who it is. The act tells the rest, without the person."""

    invitation = models.UUIDField(unique=True)
    called_by = models.UUIDField()
    spoke_with = models.CharField(max_length=120)
    personal = declare(
        none="id member invitation",
        holder="called_by",
        official="spoke_with",
        purpose="to ask who confirmed a guest, when that is disputed",
        sealed="the member",
        purge="one year after the activation ended",
    )
