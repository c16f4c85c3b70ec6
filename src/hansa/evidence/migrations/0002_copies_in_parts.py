# SPDX-License-Identifier: Apache-2.0
"""How far counsel's copies of a hold have come."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="hold",
            name="copied_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="hold",
            name="copied_to",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="hold",
            name="copying_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="hold",
            name="to_copy",
            field=models.IntegerField(default=0),
        ),
    ]
