# SPDX-License-Identifier: Apache-2.0
"""Duties of many members, opened and moved with one statement (see 0005)."""

from django.db import migrations

_OPEN = """
CREATE FUNCTION duty_keep(rows json) RETURNS void
LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
DECLARE one record; before text := coalesce(current_setting('hansa.member', true), '');
BEGIN
  FOR one IN SELECT * FROM json_to_recordset(rows) AS r(member text, duties json) LOOP
    PERFORM set_config('hansa.member', one.member, true);
    INSERT INTO duty_duty (id, member, office, kind, key, subject, scope, title, params, url, opened_at, due_at, waived)
      SELECT gen_random_uuid(), one.member, d.office, d.kind, d.key, d.subject, d.scope, d.title, d.params, d.url,
        d.opened_at, d.due_at, false
      FROM json_populate_recordset(NULL::duty_duty, one.duties) d
      ON CONFLICT (member, key) DO UPDATE SET due_at = EXCLUDED.due_at
        WHERE duty_duty.done_at IS NULL AND NOT duty_duty.waived AND duty_duty.due_at IS DISTINCT FROM EXCLUDED.due_at;
  END LOOP;
  PERFORM set_config('hansa.member', before, true);
END $$
"""


def _forwards(apps, editor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    editor.execute(_OPEN.replace("{schema}", schema))


def _backwards(apps, editor) -> None:
    editor.execute("DROP FUNCTION duty_keep(json)")


class Migration(migrations.Migration):
    dependencies = [("duty", "0005_many_members")]

    operations = [migrations.RunPython(_forwards, _backwards)]
