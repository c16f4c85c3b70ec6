# SPDX-License-Identifier: Apache-2.0
"""Delegated terms, reading on after a term, devices, the record of access; row-level security for single sign-on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hansa.core.clock
import hansa.core.ids
import hansa.core.rls
from hansa.core.rls import Enable, policy_sql

_SIGN_ON = {
    "socialaccount_socialaccount": "user_id IN (SELECT id FROM people_account)",
    "socialaccount_socialtoken": "account_id IN (SELECT id FROM socialaccount_socialaccount)",
}


def _forwards(apps, editor) -> None:
    for table, rule in _SIGN_ON.items():
        for statement in policy_sql(table, rule):
            editor.execute(statement)


def _backwards(apps, editor) -> None:
    for table in _SIGN_ON:
        editor.execute(f"DROP POLICY hansa ON {table}")
        editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_sign_in"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        migrations.AddField("account", "reads_until", models.DateTimeField(null=True)),
        migrations.AddField("appointment", "source", models.UUIDField(null=True)),
        migrations.AddField("appointment", "delegated_by", models.UUIDField(null=True)),
        migrations.CreateModel(
            name="AccessChange",
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
                ("kind", models.CharField(max_length=20)),
                ("detail", models.CharField(default="", max_length=120)),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField(default=hansa.core.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="access_changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "at"], name="people_access_change_at")],
            },
        ),
        migrations.CreateModel(
            name="Device",
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
                ("secret_hash", models.CharField(max_length=64)),
                ("browser", models.CharField(max_length=60)),
                ("first_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("last_at", models.DateTimeField(default=hansa.core.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "secret_hash"), name="people_device_once")],
            },
        ),
        Enable("people"),
        migrations.RunPython(_forwards, _backwards),
    ]
