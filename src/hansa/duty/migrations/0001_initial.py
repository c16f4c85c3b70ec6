# SPDX-License-Identifier: Apache-2.0
"""Duties, notices, log lines, hand-overs."""

from django.db import migrations, models

import hansa.core.clock
import hansa.core.ids
import hansa.core.rls
from hansa.core.rls import Enable


class Migration(migrations.Migration):
    initial = True

    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Duty",
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
                ("office", models.CharField(max_length=40)),
                ("person", models.UUIDField(null=True)),
                ("kind", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=160)),
                ("subject", models.UUIDField()),
                ("scope", models.UUIDField(null=True)),
                ("title", models.CharField(max_length=200)),
                ("params", models.JSONField(default=dict)),
                ("url", models.CharField(max_length=300)),
                ("opened_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("due_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.UUIDField(null=True)),
                ("waived", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None), ("waived", False)),
                        fields=["member", "due_at"],
                        name="duty_open",
                    ),
                    models.Index(fields=["member", "subject"], name="duty_subject"),
                    models.Index(fields=["member", "done_at"], name="duty_done"),
                ],
                "constraints": [models.UniqueConstraint(fields=("member", "key"), name="duty_once")],
            },
        ),
        migrations.CreateModel(
            name="Handover",
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
                ("office", models.CharField(max_length=40)),
                ("written_by", models.UUIDField(null=True)),
                ("since", models.DateTimeField()),
                ("at", models.DateTimeField(default=hansa.core.clock.now)),
                ("text", models.TextField()),
                ("accepted_by", models.UUIDField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["member", "office", "at"], name="duty_handover_at")],
            },
        ),
        migrations.CreateModel(
            name="LogLine",
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
                ("person", models.UUIDField(null=True)),
                ("office", models.CharField(max_length=40)),
                ("scope", models.UUIDField(null=True)),
                ("text", models.CharField(max_length=500)),
                ("happened_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("at", models.DateTimeField(default=hansa.core.clock.now)),
                ("shared", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["member", "at"], name="duty_line_at")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
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
                ("key", models.CharField(max_length=160)),
                ("topic", models.CharField(max_length=60)),
                ("subject", models.UUIDField()),
                ("scope", models.UUIDField(null=True)),
                ("title", models.CharField(max_length=200)),
                ("params", models.JSONField(default=dict)),
                ("url", models.CharField(max_length=300)),
                ("at", models.DateTimeField(default=hansa.core.clock.now)),
                ("read_at", models.DateTimeField(null=True)),
                ("read_by", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["member", "at"], name="duty_notice_at")],
                "constraints": [models.UniqueConstraint(fields=("member", "key"), name="duty_notice_once")],
            },
        ),
        Enable("duty"),
    ]
