# SPDX-License-Identifier: Apache-2.0
"""An alert whose wait ends later than any wait lasts is due: the clock that wrote it has been set back since."""

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION duty_members_due(now_is timestamptz) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
BEGIN
  PERFORM set_config('hansa.finding', 'on', true);
  RETURN QUERY SELECT DISTINCT a.member::text FROM duty_alert a
    WHERE a.next_at IS NOT NULL AND (a.next_at <= now_is{fault}) ORDER BY 1;
  PERFORM set_config('hansa.finding', 'off', true);
END $$
"""
_FAULT = " OR a.due_at > now_is + interval '2 hours'"


def _write(editor, fault: str) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    editor.execute(_FUNCTION.replace("{schema}", schema).replace("{fault}", fault))


def _forwards(apps, editor) -> None:
    _write(editor, _FAULT)


def _backwards(apps, editor) -> None:
    _write(editor, "")


class Migration(migrations.Migration):
    dependencies = [("duty", "0007_brief_acts")]

    operations = [migrations.RunPython(_forwards, _backwards)]
