# SPDX-License-Identifier: Apache-2.0
"""Texts that came in end with the messages of their year, and before the address that they came from (see 0005)."""

from django.db import migrations

_PURGE = """
CREATE OR REPLACE FUNCTION notify_purge(before timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE gone bigint;
BEGIN
  PERFORM set_config('hansa.finding', 'on', true);
  DELETE FROM notify_attempt a USING notify_delivery d, notify_message m
    WHERE a.delivery_id = d.id AND d.message_id = m.id AND m.at < before;
  DELETE FROM notify_delivery d USING notify_message m WHERE d.message_id = m.id AND m.at < before;
  DELETE FROM notify_message m WHERE m.at < before;
  GET DIAGNOSTICS gone = ROW_COUNT;
  DELETE FROM notify_inbound i WHERE i.at < before;
  DELETE FROM notify_address a WHERE a.lookup = 'gone ' || a.id::text
    AND NOT EXISTS (SELECT 1 FROM notify_delivery d WHERE d.address_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM notify_inbound i WHERE i.address_id = a.id);
  PERFORM set_config('hansa.finding', 'off', true);
  RETURN gone;
END $$
"""
_RULE = "current_setting('hansa.finding', true) = 'on'"


def _forwards(apps, editor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    editor.execute(f"CREATE POLICY finding ON notify_inbound FOR SELECT TO CURRENT_USER USING ({_RULE})")
    editor.execute(f"CREATE POLICY purging ON notify_inbound FOR DELETE TO CURRENT_USER USING ({_RULE})")
    editor.execute(_PURGE.replace("{schema}", schema))


def _backwards(apps, editor) -> None:
    for name in ("finding", "purging"):
        editor.execute(f"DROP POLICY {name} ON notify_inbound")


class Migration(migrations.Migration):
    dependencies = [("notify", "0005_purging")]

    operations = [migrations.RunPython(_forwards, _backwards)]
