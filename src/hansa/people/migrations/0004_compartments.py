# SPDX-License-Identifier: Apache-2.0
"""Seats in compartments, steps that take two people, readings of sensitive records, which nobody changes."""

from django.db import migrations, models

import hansa.core.clock
import hansa.core.ids
import hansa.core.rls
from hansa.core.rls import Enable

# What was read stays read: three years long no row is changed or taken out, by whatever code.
_KEEP = """
CREATE FUNCTION people_reading_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < now() - interval '3 years' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'readings are not changed, and deleted after three years only';
END $$;
CREATE TRIGGER people_reading_kept BEFORE UPDATE OR DELETE ON people_reading
  FOR EACH ROW EXECUTE FUNCTION people_reading_refuse();
"""
_UNKEEP = "DROP TRIGGER people_reading_kept ON people_reading; DROP FUNCTION people_reading_refuse();"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_access"),
    ]

    operations = [
        migrations.CreateModel(
            name="JointStep",
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
                ("kind", models.CharField(max_length=80)),
                ("payload", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=300)),
                ("proposed_by", models.UUIDField()),
                ("office", models.CharField(max_length=40)),
                ("proposed_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("review_by", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.CharField(
                        choices=[("confirmed", "Confirmed"), ("declined", "Declined"), ("withdrawn", "Withdrawn")],
                        default="",
                        max_length=12,
                    ),
                ),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer_reason", models.CharField(default="", max_length=300)),
            ],
            options={
                "indexes": [models.Index(fields=["member", "answer", "proposed_at"], name="people_joint_open")],
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
                ("record_kind", models.CharField(max_length=60)),
                ("record", models.UUIDField()),
                ("label", models.CharField(max_length=200)),
                ("compartment", models.CharField(default="", max_length=40)),
                ("owner", models.UUIDField(null=True)),
                ("reader", models.UUIDField()),
                ("office", models.CharField(max_length=40)),
                ("purpose", models.CharField(max_length=200)),
                ("emergency", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=hansa.core.clock.now)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["member", "record", "at"], name="people_reading_record"),
                    models.Index(fields=["member", "owner", "at"], name="people_reading_owner"),
                    models.Index(fields=["member", "at"], name="people_reading_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
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
                ("compartment", models.CharField(max_length=40)),
                ("person", models.UUIDField()),
                ("begins_at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                ("step", models.UUIDField()),
                ("emergency", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["member", "compartment", "person"], name="people_seat_holder")],
            },
        ),
        migrations.RunSQL(_KEEP, _UNKEEP),
        Enable("people"),
    ]
