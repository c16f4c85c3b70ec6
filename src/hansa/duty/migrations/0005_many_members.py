# SPDX-License-Identifier: Apache-2.0
"""How a job reads and writes for many members with one statement: it steps into the scope of each member in turn.

The functions run with the rights of whoever calls them, so that row-level security holds in them (as in notify's 0004).
The scope that was open before is open behind them.
"""

from django.db import migrations

_SCENES = """
CREATE FUNCTION duty_scenes(asked json, now_is timestamptz, of_key text, of_scope uuid) RETURNS SETOF json
LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
DECLARE one record; before text := coalesce(current_setting('hansa.member', true), '');
BEGIN
  FOR one IN SELECT * FROM json_to_recordset(asked) AS a(member text, office text) LOOP
    PERFORM set_config('hansa.member', one.member, true);
    RETURN QUERY SELECT json_build_object('member', one.member, 'office', one.office,
      -- What the node says by itself (duty.alert.told) is no sign of life.
      'needs_none', of_key IS NOT NULL AND (
        EXISTS (SELECT 1 FROM duty_alert x WHERE x.key = of_key)
        OR EXISTS (SELECT 1 FROM ledger_loggedact g WHERE g.author = one.member AND g.scope = of_scope
          AND g.type <> 'duty.alert.told')),
      'plan', (SELECT row_to_json(p) FROM duty_alarmplan p LIMIT 1),
      'rota', (SELECT row_to_json(r) FROM duty_rota r WHERE r.office = one.office),
      'lines', (SELECT coalesce(json_agg(l ORDER BY l.level, l.made_at, l.id), '[]')
        FROM duty_rotaline l JOIN duty_rota r ON r.id = l.rota_id WHERE r.office = one.office),
      'covers', (SELECT coalesce(json_agg(c ORDER BY c.made_at, c.id), '[]')
        FROM duty_rotacover c JOIN duty_rota r ON r.id = c.rota_id WHERE r.office = one.office
          AND c.withdrawn_at IS NULL AND c.end_at > now_is AND c.start_at <= now_is),
      'fixed', (SELECT coalesce(json_agg(f ORDER BY f.made_at, f.id), '[]')
        FROM duty_rotafixed f JOIN duty_rota r ON r.id = f.rota_id WHERE r.office = one.office
          AND f.withdrawn_at IS NULL AND f.end_at > now_is AND f.start_at <= now_is),
      'terms', (SELECT coalesce(json_agg(t ORDER BY t.begins_at, t.id), '[]') FROM (
        SELECT a.id, a.office, a.person, a.begins_at, least(a.until, a.ended_at) AS ends_at FROM people_appointment a
        WHERE a.member = one.member AND a.office IN (one.office, 'chief-executive')) t));
  END LOOP;
  PERFORM set_config('hansa.member', before, true);
END $$
"""
# New alerts stand under a constraint: one that another worker opened meanwhile undoes the whole.
_ASKED = """
CREATE FUNCTION duty_asked(written json) RETURNS void
LANGUAGE plpgsql SET search_path = {schema}, pg_temp AS $$
DECLARE one record; before text := coalesce(current_setting('hansa.member', true), '');
BEGIN
  FOR one IN SELECT * FROM json_to_recordset(written) AS w(member text, alerts json, asks json) LOOP
    PERFORM set_config('hansa.member', one.member, true);
    INSERT INTO duty_alert SELECT * FROM json_populate_recordset(NULL::duty_alert, one.alerts);
    INSERT INTO duty_alertask (id, member, alert_id, person, who, channels, round, missed, at)
      SELECT id, one.member, alert_id, person, who, channels, round, missed, at
      FROM json_populate_recordset(NULL::duty_alertask, one.asks) ON CONFLICT DO NOTHING;
  END LOOP;
  PERFORM set_config('hansa.member', before, true);
END $$
"""


def _forwards(apps, editor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    for statement in (_SCENES, _ASKED):
        editor.execute(statement.replace("{schema}", schema))


def _backwards(apps, editor) -> None:
    editor.execute("DROP FUNCTION duty_scenes(json, timestamptz, text, uuid)")
    editor.execute("DROP FUNCTION duty_asked(json)")


class Migration(migrations.Migration):
    dependencies = [("duty", "0004_together"), ("ledger", "0001_initial"), ("people", "0001_initial")]

    operations = [migrations.RunPython(_forwards, _backwards)]
