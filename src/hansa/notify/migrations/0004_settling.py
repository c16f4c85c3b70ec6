# SPDX-License-Identifier: Apache-2.0
"""How a worker opens what it has claimed, and writes what became of it.

`notify_open` runs with the rights of whoever calls it: it steps into the scope of each member in turn, as
`core.rls.every_member` does, and row-level security shows it that member's rows. `notify_settle` writes by id, and only
where the worker still holds the lock: it says nothing of what a row says (see migration 0002).
"""

from django.db import migrations

_OPEN = """
CREATE FUNCTION notify_open(claimed json, now_is timestamptz, can_ask boolean) RETURNS SETOF json
LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
DECLARE whose text;
BEGIN
  FOR whose IN SELECT DISTINCT w.member FROM json_to_recordset(claimed) AS w(member text) LOOP
    PERFORM set_config('hansa.member', whose, true);
    RETURN QUERY
      WITH c AS (SELECT w.delivery, w.marker
          FROM json_to_recordset(claimed) AS w(member text, delivery uuid, marker uuid) WHERE w.member = whose),
      noted AS (INSERT INTO notify_attempt (id, member, delivery_id, began_at, outcome, reason)
          SELECT c.marker, whose, c.delivery, now_is, '', '' FROM c),
      again AS (UPDATE notify_delivery u SET resent_identically = u.resent_identically + 1 FROM c
          WHERE u.id = c.delivery AND u.doubtful AND NOT can_ask)
      SELECT row_to_json(x) FROM (SELECT d.member, c.marker, d.id AS delivery, d.message_id AS message,
          d.address_id AS address, d.tries, d.doubtful, d.round, encode(a.sealed, 'hex') AS sealed, a.disabled_reason,
          a.disabled_at IS NOT NULL AS disabled, a.verified_at IS NOT NULL AS verified, m.event, m.headline, m.text,
          m.url, m.code, m.language, m.urgency, m.exercise, m.expires_at,
          EXISTS (SELECT 1 FROM notify_message t WHERE t.event = m.event AND t.acknowledged_at IS NOT NULL) AS taken,
          CASE WHEN d.doubtful THEN ARRAY(SELECT t.id FROM notify_attempt t WHERE t.delivery_id = d.id
              AND t.outcome = 'unknown' ORDER BY t.began_at DESC) ELSE ARRAY[]::uuid[] END AS markers
          FROM c JOIN notify_delivery d ON d.id = c.delivery JOIN notify_message m ON m.id = d.message_id
          JOIN notify_address a ON a.id = d.address_id) x;
  END LOOP;
  PERFORM set_config('hansa.member', '', true);
END $$
"""
_SETTLE = """
CREATE FUNCTION notify_settle(outcomes json, now_is timestamptz, by_holder bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE changed bigint;
BEGIN
  PERFORM set_config('hansa.finding', 'on', true);
  WITH o AS (SELECT * FROM json_to_recordset(outcomes) AS o(delivery uuid, marker uuid, state text, reason text,
      provider text, doubtful boolean, tries int, due timestamptz, outcome text)),
  noted AS (UPDATE notify_attempt t SET ended_at = now_is, outcome = o.outcome, reason = o.reason
      FROM o WHERE t.id = o.marker AND t.delivery_id = o.delivery),
  done AS (UPDATE notify_delivery d SET holder = NULL, changed_at = now_is, tries = d.tries + o.tries,
      provider_id = CASE WHEN o.provider <> '' THEN o.provider ELSE d.provider_id END,
      accepted_at = CASE WHEN o.state = 'accepted' THEN coalesce(d.accepted_at, now_is) ELSE d.accepted_at END,
      -- A report that came before our own note stands: states only climb.
      state = CASE WHEN d.state = 'sending' THEN o.state ELSE d.state END,
      reason = CASE WHEN d.state = 'sending' THEN o.reason ELSE d.reason END,
      doubtful = d.state = 'sending' AND o.doubtful,
      due_at = coalesce(o.due, d.due_at)
      FROM o WHERE d.id = o.delivery AND d.holder = by_holder RETURNING 1)
  SELECT count(*) INTO changed FROM done;
  PERFORM set_config('hansa.finding', 'off', true);
  RETURN changed;
END $$
"""


def _forwards(apps, editor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    for statement in (_OPEN, _SETTLE):
        editor.execute(statement.replace("{schema}", schema))


def _backwards(apps, editor) -> None:
    editor.execute("DROP FUNCTION notify_open(json, timestamptz, boolean)")
    editor.execute("DROP FUNCTION notify_settle(json, timestamptz, bigint)")


class Migration(migrations.Migration):
    dependencies = [("notify", "0003_inbound")]

    operations = [migrations.RunPython(_forwards, _backwards)]
