# SPDX-License-Identifier: Apache-2.0
"""On-call rotas: lines, covers, fixed shifts, swaps, own holidays, calendar links; notices for one person.

A calendar program shows a secret and nothing else: a named function finds its member, as sign-in does (people 0002).
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import hansa.core.clock
import hansa.core.ids
import hansa.core.rls
from hansa.core.rls import Enable

_FUNCTION = """
CREATE FUNCTION duty_member_by_calendar(text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE found text;
BEGIN
  PERFORM set_config('hansa.sign_in', 'on', true);
  found := (SELECT member FROM {schema}.duty_calendarlink WHERE secret_hash = $1 AND revoked_at IS NULL);
  PERFORM set_config('hansa.sign_in', 'off', true);
  RETURN found;
END $$
"""


def _forwards(apps, editor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    editor.execute(
        "CREATE POLICY sign_in ON duty_calendarlink FOR SELECT TO CURRENT_USER"
        " USING (current_setting('hansa.sign_in', true) = 'on')"
    )
    editor.execute(_FUNCTION.format(schema=schema))


def _backwards(apps, editor) -> None:
    editor.execute("DROP FUNCTION duty_member_by_calendar(text)")
    editor.execute("DROP POLICY sign_in ON duty_calendarlink")


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="person",
            field=models.UUIDField(null=True),
        ),
        migrations.CreateModel(
            name="Rota",
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
                ("zone", models.CharField(max_length=64)),
                ("holidays", models.CharField(default="", max_length=6)),
                ("weeks", models.PositiveSmallIntegerField(default=4)),
                ("needed", models.JSONField(default=list)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("member", "office"), name="duty_rota_once")],
            },
        ),
        migrations.CreateModel(
            name="CalendarLink",
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
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "rota",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="calendars", to="duty.rota"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RotaCover",
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
                ("start_at", models.DateTimeField()),
                ("end_at", models.DateTimeField()),
                ("note", models.CharField(default="", max_length=200)),
                ("made_by", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("person_out", models.UUIDField(null=True)),
                ("person_in", models.UUIDField(null=True)),
                ("swap", models.UUIDField(null=True)),
                (
                    "rota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="covers", to="duty.rota"
                    ),
                ),
            ],
            options={
                "ordering": ("made_at", "id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RotaDay",
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
                ("day", models.DateField()),
                ("name", models.CharField(max_length=80)),
                ("holiday", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ("day",),
                "constraints": [models.UniqueConstraint(fields=("member", "day"), name="duty_rota_day_once")],
            },
        ),
        migrations.CreateModel(
            name="RotaFixed",
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
                ("start_at", models.DateTimeField()),
                ("end_at", models.DateTimeField()),
                ("note", models.CharField(default="", max_length=200)),
                ("made_by", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("people", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                (
                    "rota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="fixed", to="duty.rota"
                    ),
                ),
            ],
            options={
                "ordering": ("made_at", "id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RotaLine",
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
                ("name", models.CharField(max_length=60)),
                ("level", models.PositiveSmallIntegerField(default=1)),
                ("people", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("zone", models.CharField(max_length=64)),
                ("begins", models.DateField()),
                ("until", models.DateField(null=True)),
                ("handover", models.TimeField()),
                ("turn_days", models.PositiveSmallIntegerField(default=7)),
                ("windows", models.JSONField(default=list)),
                ("holidays", models.CharField(default="same", max_length=5)),
                ("made_by", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField(default=hansa.core.clock.now)),
                (
                    "rota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="duty.rota"
                    ),
                ),
            ],
            options={
                "ordering": ("level", "made_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="RotaSwap",
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
                ("start_at", models.DateTimeField()),
                ("end_at", models.DateTimeField()),
                ("note", models.CharField(default="", max_length=200)),
                ("made_by", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("asked", models.UUIDField()),
                ("return_start", models.DateTimeField(null=True)),
                ("return_end", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(null=True)),
                (
                    "rota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="swaps", to="duty.rota"
                    ),
                ),
            ],
            options={
                "ordering": ("made_at", "id"),
                "abstract": False,
            },
        ),
        migrations.RunPython(_forwards, _backwards),
        Enable("duty"),
    ]
