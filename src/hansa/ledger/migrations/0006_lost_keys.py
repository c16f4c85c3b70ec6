# SPDX-License-Identifier: Apache-2.0
"""What a member's own key does not open it does not read, whoever else on its node opened it."""

from django.db import migrations, models

import hansa.core.clock
from hansa.core.rls import EnableAgain

# Fail closed at once: what the other keys of the member still open is found out afterwards (`lost_keys`).
LOST = """
CREATE FUNCTION ledger_key_lost() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.purpose = 'reading' THEN
    INSERT INTO ledger_shut (reader, name, noticed_at) VALUES (OLD.member, '*', now()) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_key_lost AFTER DELETE ON ledger_secretkey FOR EACH ROW EXECUTE FUNCTION ledger_key_lost();
"""
FOUND = "DROP TRIGGER ledger_key_lost ON ledger_secretkey; DROP FUNCTION ledger_key_lost();"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_recalls")]

    operations = [
        migrations.CreateModel(
            name="Shut",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "reader", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reader", models.CharField(max_length=63)),
                ("name", models.CharField(max_length=110)),
                ("noticed_at", models.DateTimeField(default=hansa.core.clock.now)),
            ],
            options={"indexes": [models.Index(fields=["name"], name="ledger_shut_name")]},
        ),
        migrations.RunSQL(LOST, FOUND),
        EnableAgain(),
    ]
