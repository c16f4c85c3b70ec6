# SPDX-License-Identifier: Apache-2.0
"""Missions: people sent under an agreement, who they are, and who of them is there. No tracking: only check-ins."""

from django.db import models

from hansa.core.models import SharedModel
from hansa.core.personal import declare


class Mission(SharedModel):
    """A donor's order to its people, out of an agreement. Its id is that of the act that ordered it."""

    id = models.UUIDField(primary_key=True)
    agreement = models.UUIDField(db_index=True)
    activation = models.UUIDField(db_index=True)
    hash = models.CharField(max_length=64)
    donor = models.CharField(max_length=63)
    requester = models.CharField(max_length=63)
    office = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    task = models.TextField()
    report_to = models.CharField(max_length=200)
    report_at = models.DateTimeField()
    ends = models.DateTimeField()
    legal_status = models.TextField()
    insurance = models.TextField(blank=True)
    conduct = models.TextField()
    radio = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    exercise = models.CharField(max_length=100, blank=True)

    personal = declare(
        none="id agreement activation hash donor requester office title task report_to report_at ends legal_status"
        " insurance conduct radio at digest exercise audience"
    )


class MissionLine(SharedModel):
    """So many people in one role, counted against one agreement line."""

    id = models.UUIDField(primary_key=True)
    mission = models.ForeignKey(Mission, models.DO_NOTHING, db_constraint=False, related_name="lines")
    line = models.UUIDField(db_index=True)
    offer = models.UUIDField()
    role = models.CharField(max_length=120)
    people = models.PositiveIntegerField()

    personal = declare(none="id mission line offer role people audience")


class RosterEntry(SharedModel):
    """One rostered person of a mission; only the two parties read it. `person` is a random id of this mission."""

    id = models.UUIDField(primary_key=True)
    mission = models.UUIDField(db_index=True)
    offer = models.UUIDField()
    person = models.UUIDField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120)
    credential = models.CharField(max_length=120, blank=True)
    removed = models.BooleanField(default=False)
    at = models.DateTimeField()
    act = models.UUIDField()

    personal = declare(
        none="id mission offer removed at act audience",
        staff="person name role credential",
        purpose="mission order and accountability",
        sealed="donor and requester",
        purge="30 days after the mission ends",
    )


class HomeContact(SharedModel):
    """Whom a mission's people reach at home at any hour; only the two parties read it."""

    id = models.UUIDField(primary_key=True)
    mission = models.UUIDField(db_index=True)
    contact = models.CharField(max_length=200)
    at = models.DateTimeField()
    act = models.UUIDField()

    personal = declare(
        none="id mission at act audience",
        contact="contact",
        purpose="24-hour contact of the mission",
        sealed="donor and requester",
        purge="30 days after the mission ends",
    )


class Check(SharedModel):
    """One person's check in or out, said by the donor's people or the requester's check-in officer.

    People are the mission's random ids, so that the league can count them and nobody else can name them.
    """

    id = models.UUIDField(primary_key=True)
    mission = models.UUIDField(db_index=True)
    act = models.UUIDField()
    person = models.UUIDField()
    offer = models.UUIDField()
    direction = models.CharField(max_length=3)
    member = models.CharField(max_length=63)
    at = models.DateTimeField()

    personal = declare(
        none="id mission act offer direction member at audience",
        staff="person",
        purpose="who of a mission is there",
        sealed="league; the id is random and only donor and requester can name it",
        purge="30 days after the mission ends the roster is destroyed; the id then names nobody",
    )


class Demobilisation(SharedModel):
    """The requester released a whole mission; those present are checked out by the same act."""

    id = models.UUIDField(primary_key=True)
    mission = models.UUIDField(db_index=True)
    note = models.CharField(max_length=500, blank=True)
    member = models.CharField(max_length=63)
    at = models.DateTimeField()

    personal = declare(none="id mission note member at audience")
