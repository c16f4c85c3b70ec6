# SPDX-License-Identifier: Apache-2.0
"""How a worker finds what is due on the whole node, and how a webhook finds its member.

As in people's migration 0002: functions of the owner role, which forced row-level security binds, too; a policy lets
the owner pass while such a function runs. They answer with slugs, ids, channels and counts, never with what a row says.
"""

from django.db import migrations

_DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$"
_ON = "PERFORM set_config('hansa.finding', 'on', true);"
_OFF = "PERFORM set_config('hansa.finding', 'off', true);"

_FUNCTIONS = {
    "notify_member_of_attempt(uuid)": """
CREATE FUNCTION notify_member_of_attempt(uuid) RETURNS text DEFINER
DECLARE found text;
BEGIN
  ON; found := (SELECT member FROM notify_attempt WHERE id = $1); OFF;
  RETURN found;
END $$""",
    "notify_member_of_delivery(uuid)": """
CREATE FUNCTION notify_member_of_delivery(uuid) RETURNS text DEFINER
DECLARE found text;
BEGIN
  ON; found := (SELECT member FROM notify_delivery WHERE id = $1); OFF;
  RETURN found;
END $$""",
    "notify_members_at(text)": """
CREATE FUNCTION notify_members_at(text) RETURNS SETOF text DEFINER
BEGIN
  ON; RETURN QUERY SELECT DISTINCT a.member::text FROM notify_address a WHERE a.lookup = $1 ORDER BY 1; OFF;
END $$""",
    # Two workers never take the same row: what one has locked, the other passes over.
    "notify_claim(text, timestamptz, int, bigint)": """
CREATE FUNCTION notify_claim(which text, now_is timestamptz, most int, by_holder bigint)
RETURNS TABLE (member text, delivery uuid) DEFINER
BEGIN
  ON;
  RETURN QUERY
    WITH due AS (
      SELECT d.id, row_number() OVER () AS turn FROM (
        SELECT q.id FROM notify_delivery q WHERE q.channel = which AND q.state = 'queued'
          -- Further ahead than any back-off: written by a clock that was set back since.
          AND (q.due_at <= now_is OR q.due_at > now_is + interval '20 minutes')
        ORDER BY q.place, q.queued_at LIMIT most FOR UPDATE SKIP LOCKED) d),
    taken AS (
      UPDATE notify_delivery t SET state = 'sending', holder = by_holder, tries = t.tries + 1, changed_at = now_is
      FROM due WHERE t.id = due.id RETURNING t.member, t.id, due.turn)
    SELECT taken.member::text, taken.id FROM taken ORDER BY taken.turn;
  OFF;
END $$""",
    "notify_give_back()": """
CREATE FUNCTION notify_give_back() RETURNS bigint DEFINER
DECLARE given bigint;
BEGIN
  ON;
  WITH gone AS (
    SELECT d.id FROM notify_delivery d WHERE d.state = 'sending' AND NOT EXISTS (
      SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND ((l.classid::bigint << 32) | l.objid::bigint) = d.holder)
    FOR UPDATE SKIP LOCKED),
  noted AS (
    UPDATE notify_attempt a SET outcome = 'unknown', ended_at = now(), reason = 'the worker stopped'
    FROM gone WHERE a.delivery_id = gone.id AND a.ended_at IS NULL),
  back AS (
    UPDATE notify_delivery t SET state = 'queued', doubtful = true, holder = NULL, due_at = now(), changed_at = now(),
      reason = 'the worker stopped' FROM gone WHERE t.id = gone.id RETURNING 1)
  SELECT count(*) INTO given FROM back;
  OFF;
  RETURN given;
END $$""",
    "notify_busy(timestamptz)": """
CREATE FUNCTION notify_busy(now_is timestamptz) RETURNS SETOF text DEFINER
BEGIN
  ON;
  RETURN QUERY SELECT DISTINCT q.channel::text FROM notify_delivery q WHERE q.state = 'queued'
    AND (q.due_at <= now_is OR q.due_at > now_is + interval '20 minutes');
  OFF;
END $$""",
}  # fmt: skip
_READ = ("notify_address", "notify_attempt", "notify_delivery")
_CHANGED = ("notify_attempt", "notify_delivery")
_RULE = "current_setting('hansa.finding', true) = 'on'"


def _forwards(apps, editor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    for table in _READ:
        editor.execute(f"CREATE POLICY finding ON {table} FOR SELECT TO CURRENT_USER USING ({_RULE})")
    for table in _CHANGED:
        editor.execute(f"CREATE POLICY claiming ON {table} FOR UPDATE TO CURRENT_USER USING ({_RULE})")
    for statement in _FUNCTIONS.values():
        for word, meaning in (("DEFINER", _DEFINER), ("ON;", _ON), ("OFF;", _OFF), ("{schema}", schema)):
            statement = statement.replace(word, meaning)
        editor.execute(statement)


def _backwards(apps, editor) -> None:
    for name in _FUNCTIONS:
        editor.execute(f"DROP FUNCTION {name}")
    for table in _READ:
        editor.execute(f"DROP POLICY finding ON {table}")
    for table in _CHANGED:
        editor.execute(f"DROP POLICY claiming ON {table}")


class Migration(migrations.Migration):
    dependencies = [("notify", "0001_initial")]

    operations = [migrations.RunPython(_forwards, _backwards)]
