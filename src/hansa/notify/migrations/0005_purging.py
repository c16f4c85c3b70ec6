# SPDX-License-Identifier: Apache-2.0
"""How old messages end on the whole node: by their age alone, with their deliveries and attempts (see migration 0002).

An address that its holder removed is a row without an address; it goes with the last delivery that went there.
"""

from django.db import migrations

_PURGE = """
CREATE FUNCTION notify_purge(before timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE gone bigint;
BEGIN
  PERFORM set_config('hansa.finding', 'on', true);
  DELETE FROM notify_attempt a USING notify_delivery d, notify_message m
    WHERE a.delivery_id = d.id AND d.message_id = m.id AND m.at < before;
  DELETE FROM notify_delivery d USING notify_message m WHERE d.message_id = m.id AND m.at < before;
  DELETE FROM notify_message m WHERE m.at < before;
  GET DIAGNOSTICS gone = ROW_COUNT;
  DELETE FROM notify_address a WHERE a.lookup = 'gone ' || a.id::text
    AND NOT EXISTS (SELECT 1 FROM notify_delivery d WHERE d.address_id = a.id);
  PERFORM set_config('hansa.finding', 'off', true);
  RETURN gone;
END $$
"""
_TABLES = ("notify_attempt", "notify_delivery", "notify_message", "notify_address")
_RULE = "current_setting('hansa.finding', true) = 'on'"


def _forwards(apps, editor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    editor.execute(f"CREATE POLICY finding ON notify_message FOR SELECT TO CURRENT_USER USING ({_RULE})")
    for table in _TABLES:
        editor.execute(f"CREATE POLICY purging ON {table} FOR DELETE TO CURRENT_USER USING ({_RULE})")
    editor.execute(_PURGE.replace("{schema}", schema))


def _backwards(apps, editor) -> None:
    editor.execute("DROP FUNCTION notify_purge(timestamptz)")
    editor.execute("DROP POLICY finding ON notify_message")
    for table in _TABLES:
        editor.execute(f"DROP POLICY purging ON {table}")


class Migration(migrations.Migration):
    dependencies = [("notify", "0004_settling")]

    operations = [migrations.RunPython(_forwards, _backwards)]
