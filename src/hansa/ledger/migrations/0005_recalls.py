# SPDX-License-Identifier: Apache-2.0
"""Recalls, what holders answer, wraps that were given later, and who has read."""

from django.db import migrations, models

import hansa.core.clock
import hansa.core.ids
import hansa.core.rls
from hansa.core.rls import Enable


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_key_periods"),
    ]

    operations = [
        migrations.CreateModel(
            name="PurgeAnswer",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "digest", "reader", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("reader", models.CharField(max_length=63)),
                ("author", models.CharField(max_length=63)),
                ("index", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("destroyed", "Destroyed"),
                            ("held", "Kept for counsel alone, under a hold"),
                            ("refused", "Refused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(default="", max_length=10)),
                ("words", models.CharField(default="", max_length=300)),
                ("act", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Recall",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("author", models.CharField(max_length=63)),
                ("index", models.BigIntegerField()),
                ("deadline", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("over", "It has served its purpose"),
                            ("readers", "It went to the wrong readers"),
                            ("personal", "It holds personal data that should not be kept"),
                            ("order", "A court or an authority orders it"),
                            ("mistake", "It was sent by mistake"),
                        ],
                        max_length=10,
                    ),
                ),
                ("act", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reading",
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
                ("person", models.UUIDField()),
                ("first_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("last_at", models.DateTimeField(default=hansa.core.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("member", "act", "person"), name="ledger_reading_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="WrapGiven",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "digest", "reader", "author", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("reader", models.CharField(max_length=63)),
                ("author", models.CharField(max_length=63)),
                ("ciphertext", models.CharField(max_length=64)),
                ("wrap", models.CharField(max_length=64)),
                ("act", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["ciphertext"], name="ledger_given_ciphertext")],
            },
        ),
        Enable("ledger"),
    ]
