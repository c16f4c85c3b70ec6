# SPDX-License-Identifier: Apache-2.0
"""A brief knows the acts of which it may tell."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0006_many_duties"),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="acts",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
        ),
    ]
