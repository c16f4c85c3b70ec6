# SPDX-License-Identifier: Apache-2.0
"""The nouns of an activation: each row is one act, keyed by its id, and never changes.

What follows from them together (active, level, until when) is computed in `rules`, never stored.
"""

from django.db import models

from hansa.core.models import SharedModel
from hansa.core.personal import declare


class Consultation(SharedModel):
    """A member asked the league for advice before, or without, invoking."""

    id = models.UUIDField(primary_key=True)
    member = models.CharField(max_length=63)
    at = models.DateTimeField()
    exercise = models.CharField(max_length=100, null=True)
    trigger = models.CharField(max_length=60, blank=True)
    situation = models.TextField()
    question = models.TextField()
    place = models.CharField(max_length=200)
    personal = declare(none="id member at exercise trigger situation question place audience")

    class Meta:
        indexes = [models.Index(fields=["at"], name="activation_consultation_at")]


class Activation(SharedModel):
    """A member invoked the pact, or another reported by voice that it did; then `reporter` says who."""

    id = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64)
    member = models.CharField(max_length=63)
    reporter = models.CharField(max_length=63, blank=True)
    caller_office = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    charter = models.CharField(max_length=64)
    exercise = models.CharField(max_length=100, null=True)
    trigger = models.CharField(max_length=60)
    situation = models.TextField()
    first_needs = models.TextField()
    evidence = models.TextField(blank=True)
    place = models.CharField(max_length=200)
    lat = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    lon = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    level = models.CharField(max_length=40)
    consultation = models.UUIDField(null=True)
    personal = declare(
        none="id digest member reporter caller_office at charter exercise trigger situation first_needs evidence place"
        " lat lon level consultation audience"
    )

    class Meta:
        indexes = [models.Index(fields=["at"], name="activation_at")]


class About(SharedModel):
    """One act about an activation."""

    id = models.UUIDField(primary_key=True)
    activation = models.UUIDField()
    member = models.CharField(max_length=63)
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Stand(About):
    """A member attested that the trigger is met, or objected."""

    attests = models.BooleanField()
    reason = models.TextField(blank=True)
    personal = declare(none="id activation member at attests reason audience")

    class Meta:
        indexes = [models.Index(fields=["activation"], name="activation_stand_of")]


class Answer(About):
    """A member said that it has the activation, or that it can send nothing."""

    declined = models.BooleanField()
    reason = models.TextField(blank=True)
    personal = declare(none="id activation member at declined reason audience")

    class Meta:
        indexes = [models.Index(fields=["activation"], name="activation_answer_of")]


class Step(About):
    """The member in crisis changed the level, extended the period, or stood down."""

    change = models.CharField(max_length=20)
    level = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    personal = declare(none="id activation member at change level until reason audience")

    class Meta:
        indexes = [models.Index(fields=["activation"], name="activation_step_of")]


class Adoption(About):
    """A member adopted, by its hash, what another had reported for it by voice."""

    adopted = models.CharField(max_length=64)
    personal = declare(none="id activation member at adopted audience")

    class Meta:
        indexes = [models.Index(fields=["activation"], name="activation_adoption_of")]


class Line(About):
    """A log line that a member shared with all who read the activation."""

    text = models.TextField()
    happened = models.DateTimeField()
    personal = declare(none="id activation member at text happened audience")

    class Meta:
        indexes = [models.Index(fields=["activation", "at"], name="activation_line_of")]
