# SPDX-License-Identifier: Apache-2.0
"""Text messages that came in, so that a repeat changes nothing."""

import django.db.models.deletion
from django.db import migrations, models

import hansa.core.clock
import hansa.core.ids
import hansa.core.rls
from hansa.core.rls import Enable


class Migration(migrations.Migration):
    dependencies = [
        ("notify", "0002_finding"),
    ]

    operations = [
        migrations.CreateModel(
            name="Inbound",
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
                ("provider_id", models.CharField(max_length=120)),
                ("meaning", models.CharField(max_length=8)),
                ("at", models.DateTimeField(default=hansa.core.clock.now)),
                (
                    "address",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="inbound", to="notify.address"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["address", "at"], name="notify_inbound_at")],
                "constraints": [models.UniqueConstraint(fields=("member", "provider_id"), name="notify_inbound_once")],
            },
        ),
        Enable("notify"),
    ]
