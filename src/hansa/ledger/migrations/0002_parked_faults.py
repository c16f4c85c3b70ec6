# SPDX-License-Identifier: Apache-2.0
"""A leaf on which this version of Hansa failed says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.AddField(model_name="parkedleaf", name="fault", field=models.TextField(default="")),
    ]
