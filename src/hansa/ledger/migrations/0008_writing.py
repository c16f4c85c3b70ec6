# SPDX-License-Identifier: Apache-2.0
"""A member whose own key does not open what it would write is refused in words; two indexes that nobody used go.

The indexes serve searches for the beginning of a text, which Django makes beside each unique text: nobody asks for the
beginning of a ciphertext's hash or of a log's origin, and every act paid for them.
"""

from django.db import migrations

LOCK = """
CREATE OR REPLACE FUNCTION ledger_lock(member text, signing text, named text, beyond text, wanted uuid[])
RETURNS json LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  -- A statement sees what was committed when it began, also where it then waits: so that one only waits, and the
  -- next reads the keys, the head and the acts as they are once the log is ours.
  PERFORM FROM ledger_log WHERE author = member AND hosted FOR UPDATE;
  RETURN (
    SELECT json_build_object(
      'origin', l.origin, 'league', l.league, 'size', l.size, 'frontier', encode(l.frontier, 'hex'),
      'last_at', l.last_at, 'exercise', g.exercise, 'epoch', e.epoch, 'recipient', e.recipient, 'audience', a.name,
      'log_key', (SELECT r.log_key FROM ledger_root r WHERE r.author = l.author),
      'office_key', (SELECT k.key FROM ledger_key k
        WHERE k.author = l.author AND k.office = signing AND k.revoked_index IS NULL
        ORDER BY k.from_index DESC LIMIT 1),
      'reads', EXISTS (SELECT FROM ledger_reader d WHERE d.name = a.name AND d.reader = l.author)
        AND NOT EXISTS (SELECT FROM ledger_shut s WHERE s.reader = l.author
          AND (s.name IN ('*', a.name) OR starts_with(a.name, s.name || ':'))),
      'direct', (SELECT coalesce(json_object_agg(d.reader, o.recipient), '{}')
        FROM ledger_reader d JOIN ledger_root o ON o.author = d.reader WHERE d.name = a.name AND d.direct),
      'found', (SELECT coalesce(json_agg(json_build_object(
          'id', f.id, 'tail', encode(f.tail, 'hex'), 'at', f.at, 'digest', f.digest, 'index', f.index)), '[]')
        FROM ledger_loggedact f WHERE f.id = ANY (wanted)))
    FROM ledger_log l
    JOIN ledger_league g ON g.id = l.league
    LEFT JOIN LATERAL (
      -- The newest period that the author reads: a member that left may finish what it began, in its last period.
      (SELECT p.epoch, p.recipient FROM ledger_epoch p
        WHERE EXISTS (SELECT FROM ledger_reader d WHERE d.reader = l.author
          AND d.name IN ('league:' || p.epoch, 'league:' || p.epoch || beyond))
        ORDER BY p.epoch DESC, p.digest LIMIT 1)
      UNION ALL (SELECT p.epoch, p.recipient FROM ledger_epoch p ORDER BY p.epoch DESC, p.digest LIMIT 1)
      LIMIT 1) e ON true
    CROSS JOIN LATERAL (
      SELECT CASE WHEN beyond IS NULL THEN named ELSE 'league:' || e.epoch || beyond END) a(name)
    WHERE l.author = member AND l.hosted);
END $$
"""

DROP = """
DO $$
DECLARE
  found text;
BEGIN
  FOR found IN SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()
    AND tablename IN ('ledger_sealedbody', 'ledger_log') AND indexname LIKE '%\\_like' LOOP
    EXECUTE format('DROP INDEX %I', found);
  END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_reacting")]
    operations = [
        migrations.RunSQL(LOCK, migrations.RunSQL.noop),
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
    ]
