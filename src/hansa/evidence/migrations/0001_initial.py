# SPDX-License-Identifier: Apache-2.0
"""Records schedules, legal holds with counsel's copies, requests for records."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hansa.core.clock
import hansa.core.ids
import hansa.core.rls
from hansa.core.rls import Enable


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hansa.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "member",
                    models.CharField(
                        db_index=True, default=hansa.core.rls.current_member, editable=False, max_length=63
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("matter", models.CharField(max_length=200)),
                ("law", models.CharField(max_length=200)),
                (
                    "acts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("review_on", models.DateField()),
                ("placed_by", models.UUIDField()),
                ("confirmed_by", models.UUIDField()),
                ("placed_at", models.DateTimeField()),
                ("gone", models.IntegerField(default=0)),
                ("recipient", models.CharField(max_length=100)),
                ("key", models.BinaryField()),
                ("released_at", models.DateTimeField(null=True)),
                ("release_step", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["member", "released_at"], name="evidence_hold_open")],
            },
        ),
        migrations.CreateModel(
            name="HoldReview",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hansa.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "member",
                    models.CharField(
                        db_index=True, default=hansa.core.rls.current_member, editable=False, max_length=63
                    ),
                ),
                ("person", models.UUIDField()),
                ("at", models.DateTimeField(default=hansa.core.clock.now)),
                ("next_on", models.DateField()),
                ("note", models.CharField(max_length=300)),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="evidence.hold"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RecordsRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hansa.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "member",
                    models.CharField(
                        db_index=True, default=hansa.core.rls.current_member, editable=False, max_length=63
                    ),
                ),
                ("reference", models.CharField(max_length=12)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("records-request", "Public records request"),
                            ("subpoena", "Subpoena"),
                            ("court-order", "Court order"),
                            ("discovery", "Discovery in a lawsuit"),
                            ("preservation", "Demand to preserve"),
                        ],
                        max_length=20,
                    ),
                ),
                ("asks", models.TextField()),
                ("law", models.CharField(max_length=200)),
                ("requester", models.CharField(max_length=200)),
                ("contact", models.CharField(default="", max_length=200)),
                ("received_on", models.DateField()),
                ("due_on", models.DateField()),
                ("logged_by", models.UUIDField()),
                ("logged_at", models.DateTimeField(default=hansa.core.clock.now)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("released", "Everything released"),
                            ("part", "Released in part"),
                            ("withheld", "Everything withheld"),
                            ("none", "No such records"),
                            ("objected", "Objected"),
                            ("withdrawn", "Withdrawn by who asked"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("answer", models.TextField(default="")),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("contact_gone_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["member", "due_on"], name="evidence_request_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("member", "reference"), name="evidence_request_reference")
                ],
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hansa.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "member",
                    models.CharField(
                        db_index=True, default=hansa.core.rls.current_member, editable=False, max_length=63
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("days", models.IntegerField(null=True)),
                ("law", models.CharField(max_length=200)),
                ("from_on", models.DateField()),
                ("set_by", models.UUIDField()),
                ("set_at", models.DateTimeField(default=hansa.core.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("member", "kind", "from_on"), name="evidence_schedule_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="HeldCopy",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hansa.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "member",
                    models.CharField(
                        db_index=True, default=hansa.core.rls.current_member, editable=False, max_length=63
                    ),
                ),
                ("act", models.UUIDField()),
                ("type", models.CharField(max_length=80)),
                ("author", models.CharField(max_length=63)),
                ("origin", models.CharField(max_length=200)),
                ("index", models.BigIntegerField()),
                ("said_at", models.DateTimeField()),
                ("commitment", models.CharField(max_length=64)),
                ("ciphertext", models.BinaryField()),
                ("wrap", models.BinaryField()),
                ("copied_at", models.DateTimeField(default=hansa.core.clock.now)),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="copies", to="evidence.hold"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("hold", "act"), name="evidence_copy_once")],
            },
        ),
        migrations.CreateModel(
            name="RequestedRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hansa.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "member",
                    models.CharField(
                        db_index=True, default=hansa.core.rls.current_member, editable=False, max_length=63
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("act", models.UUIDField(null=True)),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("pending", "Not decided"),
                            ("released", "Released"),
                            ("part", "Released in part"),
                            ("withheld", "Withheld"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("law", models.CharField(default="", max_length=200)),
                ("reason", models.CharField(default="", max_length=300)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("listed_at", models.DateTimeField(default=hansa.core.clock.now)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="records",
                        to="evidence.recordsrequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision__in", ["pending", "released"]),
                            models.Q(models.Q(("law", ""), _negated=True), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="evidence_withheld_has_law",
                    )
                ],
            },
        ),
        Enable("evidence"),
    ]
