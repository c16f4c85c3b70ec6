# SPDX-License-Identifier: Apache-2.0
"""A receipt says in what condition the goods came."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the condition; what was received before did not say it."""

    dependencies = [("aid", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="receipt",
            name="condition",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
    ]
