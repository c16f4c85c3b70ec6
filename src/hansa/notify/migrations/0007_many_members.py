# SPDX-License-Identifier: Apache-2.0
"""How messages of many members are read and written with one statement each (see 0004 for whose rights hold)."""

from django.db import migrations

_KNOWN = """
CREATE FUNCTION notify_known(asked json) RETURNS SETOF json
LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
DECLARE one record; people uuid[]; before text := coalesce(current_setting('hansa.member', true), '');
BEGIN
  FOR one IN SELECT * FROM json_to_recordset(asked) AS a(member text, event text, exercise text, persons json) LOOP
    PERFORM set_config('hansa.member', one.member, true);
    people := ARRAY(SELECT p::uuid FROM json_array_elements_text(one.persons) p);
    RETURN QUERY SELECT json_build_object(
      'addresses', (SELECT coalesce(json_agg(a), '[]') FROM (
          SELECT id, person, channel, language FROM notify_address
          WHERE person = ANY(people) AND verified_at IS NOT NULL AND disabled_at IS NULL
            AND (exercise OR one.exercise = '')
          ORDER BY added_at, id) a),
      'messages', (SELECT coalesce(json_agg(m), '[]') FROM notify_message m
          WHERE m.event = one.event AND m.person = ANY(people)),
      'taken', EXISTS (SELECT 1 FROM notify_message t WHERE t.event = one.event AND t.acknowledged_at IS NOT NULL));
  END LOOP;
  PERFORM set_config('hansa.member', before, true);
END $$
"""
_WRITE = """
CREATE FUNCTION notify_write(written json, now_is timestamptz) RETURNS SETOF text
LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
DECLARE one record; sent text[] := '{}'; new text[]; before text := coalesce(current_setting('hansa.member', true), '');
BEGIN
  FOR one IN SELECT * FROM json_to_recordset(written) AS w(member text, messages json, deliveries json, round int) LOOP
    PERFORM set_config('hansa.member', one.member, true);
    INSERT INTO notify_message SELECT * FROM json_populate_recordset(NULL::notify_message, one.messages);
    WITH d AS (INSERT INTO notify_delivery (id, member, message_id, address_id, channel, round, place, state, reason,
        tries, doubtful, resent_identically, provider_id, queued_at, due_at, changed_at)
        SELECT id, one.member, message, address, channel, one.round, place, 'queued', '', 0, false, 0, '', now_is,
          now_is, now_is
        FROM json_to_recordset(one.deliveries) AS q(id uuid, message uuid, address uuid, channel text, place int)
        ON CONFLICT DO NOTHING RETURNING channel)
      SELECT array_agg(DISTINCT channel) INTO new FROM d;
    sent := sent || new;
  END LOOP;
  PERFORM set_config('hansa.member', before, true);
  RETURN QUERY SELECT DISTINCT c FROM unnest(sent) c ORDER BY c;
END $$
"""


def _forwards(apps, editor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    for statement in (_KNOWN, _WRITE):
        editor.execute(statement.replace("{schema}", schema))


def _backwards(apps, editor) -> None:
    editor.execute("DROP FUNCTION notify_known(json)")
    editor.execute("DROP FUNCTION notify_write(json, timestamptz)")


class Migration(migrations.Migration):
    dependencies = [("notify", "0006_inbound_purging")]

    operations = [migrations.RunPython(_forwards, _backwards)]
