# SPDX-License-Identifier: Apache-2.0
"""What members said about crises, one row per act."""

from django.db import migrations, models

from hansa.core.rls import Enable


class Migration(migrations.Migration):
    initial = True

    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Activation",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("member", models.CharField(max_length=63)),
                ("reporter", models.CharField(blank=True, max_length=63)),
                ("caller_office", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField()),
                ("charter", models.CharField(max_length=64)),
                ("exercise", models.CharField(max_length=100, null=True)),
                ("trigger", models.CharField(max_length=60)),
                ("situation", models.TextField()),
                ("first_needs", models.TextField()),
                ("evidence", models.TextField(blank=True)),
                ("place", models.CharField(max_length=200)),
                ("lat", models.DecimalField(decimal_places=5, max_digits=8, null=True)),
                ("lon", models.DecimalField(decimal_places=5, max_digits=8, null=True)),
                ("level", models.CharField(max_length=40)),
                ("consultation", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="activation_at")],
            },
        ),
        migrations.CreateModel(
            name="Adoption",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("activation", models.UUIDField()),
                ("member", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("adopted", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [models.Index(fields=["activation"], name="activation_adoption_of")],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("activation", models.UUIDField()),
                ("member", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("declined", models.BooleanField()),
                ("reason", models.TextField(blank=True)),
            ],
            options={
                "indexes": [models.Index(fields=["activation"], name="activation_answer_of")],
            },
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("member", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("exercise", models.CharField(max_length=100, null=True)),
                ("trigger", models.CharField(blank=True, max_length=60)),
                ("situation", models.TextField()),
                ("question", models.TextField()),
                ("place", models.CharField(max_length=200)),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="activation_consultation_at")],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("activation", models.UUIDField()),
                ("member", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                ("happened", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["activation", "at"], name="activation_line_of")],
            },
        ),
        migrations.CreateModel(
            name="Stand",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("activation", models.UUIDField()),
                ("member", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("attests", models.BooleanField()),
                ("reason", models.TextField(blank=True)),
            ],
            options={
                "indexes": [models.Index(fields=["activation"], name="activation_stand_of")],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("activation", models.UUIDField()),
                ("member", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("change", models.CharField(max_length=20)),
                ("level", models.CharField(blank=True, max_length=40)),
                ("until", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
            ],
            options={
                "indexes": [models.Index(fields=["activation"], name="activation_step_of")],
            },
        ),
        Enable("activation"),
    ]
