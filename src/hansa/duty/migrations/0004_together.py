# SPDX-License-Identifier: Apache-2.0
"""A member may ask everybody who is on call at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0003_alarms"),
    ]

    operations = [
        migrations.AddField(
            model_name="alarmplan",
            name="together",
            field=models.BooleanField(default=False),
        ),
    ]
