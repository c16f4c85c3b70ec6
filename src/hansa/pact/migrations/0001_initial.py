# SPDX-License-Identifier: Apache-2.0
"""Charter, members, votes, notices, guests."""

import django.contrib.postgres.fields
from django.db import migrations, models

import hansa.core.ids
import hansa.core.rls
from hansa.core.rls import Enable


class Migration(migrations.Migration):
    initial = True

    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CharterVersion",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(unique=True)),
                ("parent", models.CharField(max_length=64, null=True)),
                ("act", models.UUIDField()),
                ("text", models.TextField()),
                ("since", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Endorsement",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("author", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("ratification", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Founding",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("author", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("name", models.CharField(max_length=120)),
                ("text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="GuestAcceptance",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("author", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("invitation", models.CharField(max_length=64, unique=True)),
                ("activation", models.UUIDField(db_index=True)),
                ("charter", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="GuestCall",
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
                ("invitation", models.UUIDField(unique=True)),
                ("called_by", models.UUIDField()),
                ("spoke_with", models.CharField(max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="GuestInvitation",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("author", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("city", "City"),
                            ("county", "County"),
                            ("state", "State"),
                            ("tribe", "Tribal nation"),
                        ],
                        max_length=10,
                    ),
                ),
                ("state", models.CharField(max_length=2)),
                ("latitude", models.DecimalField(decimal_places=5, max_digits=8)),
                ("longitude", models.DecimalField(decimal_places=5, max_digits=8)),
                ("population", models.PositiveIntegerField(null=True)),
                ("guest", models.CharField(max_length=63)),
                ("activation", models.UUIDField(db_index=True)),
                ("charter", models.CharField(max_length=64)),
                ("called_number", models.CharField(max_length=40)),
                ("number_source", models.CharField(max_length=300)),
                ("called_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("city", "City"),
                            ("county", "County"),
                            ("state", "State"),
                            ("tribe", "Tribal nation"),
                        ],
                        max_length=10,
                    ),
                ),
                ("state", models.CharField(max_length=2)),
                ("latitude", models.DecimalField(decimal_places=5, max_digits=8)),
                ("longitude", models.DecimalField(decimal_places=5, max_digits=8)),
                ("population", models.PositiveIntegerField(null=True)),
                ("slug", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("ratification", models.UUIDField()),
                ("ratified_at", models.DateTimeField()),
                ("charter", models.CharField(max_length=64)),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("notice", models.CharField(max_length=64, null=True)),
            ],
            options={
                "ordering": ["name", "slug"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("author", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("effective", models.DateTimeField()),
                ("reason", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="NoticeCancelled",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("author", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("notice", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("author", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("parent", models.CharField(max_length=64)),
                ("round", models.PositiveSmallIntegerField()),
                ("closes", models.DateTimeField()),
                (
                    "electorate",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), size=None),
                ),
                ("text", models.TextField()),
                ("reason", models.TextField()),
                ("flaw", models.CharField(default="", max_length=10)),
                ("closed_at", models.DateTimeField(null=True)),
                ("size", models.PositiveIntegerField(default=0)),
                ("needed", models.PositiveIntegerField(default=0)),
                (
                    "yes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=63), default=list, size=None
                    ),
                ),
                (
                    "no",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=63), default=list, size=None
                    ),
                ),
                (
                    "voters",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=63), default=list, size=None
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Ratification",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("author", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("city", "City"),
                            ("county", "County"),
                            ("state", "State"),
                            ("tribe", "Tribal nation"),
                        ],
                        max_length=10,
                    ),
                ),
                ("state", models.CharField(max_length=2)),
                ("latitude", models.DecimalField(decimal_places=5, max_digits=8)),
                ("longitude", models.DecimalField(decimal_places=5, max_digits=8)),
                ("population", models.PositiveIntegerField(null=True)),
                ("charter", models.CharField(max_length=64)),
                ("instrument", models.CharField(max_length=200)),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("notice", models.CharField(max_length=64, null=True)),
                ("counts", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("author", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("proposal", models.CharField(db_index=True, max_length=64)),
                ("choice", models.CharField(choices=[("yes", "Yes"), ("no", "No")], max_length=3)),
                ("reason", models.TextField()),
            ],
        ),
        Enable("pact"),
    ]
