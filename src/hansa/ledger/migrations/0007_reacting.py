# SPDX-License-Identifier: Apache-2.0
"""What follows from an act is noted for a thousand members with one statement.

The function runs with the rights of whoever calls it and steps from member to member: row-level security holds in it.
"""

from django.db import migrations

_REACTED = """
CREATE FUNCTION ledger_reacted(of_act uuid, of_name text, members json) RETURNS SETOF text
LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
DECLARE whose text; before text := coalesce(current_setting('hansa.member', true), '');
BEGIN
  FOR whose IN SELECT * FROM json_array_elements_text(members) LOOP
    PERFORM set_config('hansa.member', whose, true);
    INSERT INTO ledger_reactionrun (id, member, act, name) VALUES (gen_random_uuid(), whose, of_act, of_name)
      ON CONFLICT DO NOTHING;
    IF FOUND THEN RETURN NEXT whose; END IF;
  END LOOP;
  PERFORM set_config('hansa.member', before, true);
END $$
"""


def _forwards(apps, editor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    editor.execute(_REACTED.replace("{schema}", schema))


def _backwards(apps, editor) -> None:
    editor.execute("DROP FUNCTION ledger_reacted(uuid, text, json)")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_lost_keys")]

    operations = [migrations.RunPython(_forwards, _backwards)]
