# SPDX-License-Identifier: Apache-2.0
"""The sequencer's two functions: all that publishing asks of the database, in two round trips.

They run with the caller's rights, so that row-level security holds in them. Their plans are kept, and may have been
made while a table was nearly empty: indexes are used all the same.
"""

from django.db import migrations

LOCK = """
CREATE FUNCTION ledger_lock(member text, signing text, named text, beyond text, wanted uuid[])
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
      'reads', EXISTS (SELECT FROM ledger_reader d WHERE d.name = a.name AND d.reader = l.author),
      'direct', (SELECT coalesce(json_object_agg(d.reader, o.recipient), '{}')
        FROM ledger_reader d JOIN ledger_root o ON o.author = d.reader WHERE d.name = a.name AND d.direct),
      'found', (SELECT coalesce(json_agg(json_build_object(
          'id', f.id, 'tail', encode(f.tail, 'hex'), 'at', f.at, 'digest', f.digest, 'index', f.index)), '[]')
        FROM ledger_loggedact f WHERE f.id = ANY (wanted)))
    FROM ledger_log l
    JOIN ledger_league g ON g.id = l.league
    LEFT JOIN LATERAL (SELECT p.epoch, p.recipient FROM ledger_epoch p ORDER BY p.epoch DESC LIMIT 1) e ON true
    CROSS JOIN LATERAL (
      SELECT CASE WHEN beyond IS NULL THEN named ELSE 'league:' || e.epoch || beyond END) a(name)
    WHERE l.author = member AND l.hosted);
END $$
"""

APPEND = """
CREATE FUNCTION ledger_append(log json, leaves json, nodes json, bodies json, wraps json, acts json)
RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  head record;
  newest bigint;
BEGIN
  SELECT * INTO head FROM json_to_record(log) AS t(channel text, author text, origin text, now timestamptz,
    size bigint, frontier bytea, last_at timestamptz, checkpoint text);
  WITH leaf AS (
    INSERT INTO ledger_leaf (origin, index, received, leaf_hash, entry, received_at)
    SELECT head.origin, t.index, nextval('ledger_received'), t.leaf_hash, t.entry, head.now
    FROM json_to_recordset(leaves) AS t(index bigint, leaf_hash bytea, entry bytea) ORDER BY t.index
    RETURNING received)
  SELECT max(received) INTO newest FROM leaf;
  INSERT INTO ledger_node (origin, level, index, hash)
  SELECT head.origin, t.level, t.index, t.hash
  FROM json_to_recordset(nodes) AS t(level smallint, index bigint, hash bytea);
  INSERT INTO ledger_sealedbody (ciphertext_hash, ciphertext)
  SELECT * FROM json_to_recordset(bodies) AS t(ciphertext_hash text, ciphertext bytea);
  INSERT INTO ledger_wrap (ciphertext_hash, reader, wrap)
  SELECT * FROM json_to_recordset(wraps) AS t(ciphertext_hash text, reader text, wrap bytea);
  INSERT INTO ledger_loggedact (id, digest, origin, index, type, author, at, scope, tail, audience)
  SELECT t.id, t.digest, head.origin, t.index, t.type, head.author, t.at, t.scope, t.tail, t.audience
  FROM json_to_recordset(acts) AS t(id uuid, digest text, index bigint, type text, at timestamptz, scope uuid,
    tail bytea, audience text);
  UPDATE ledger_log SET size = head.size, frontier = head.frontier, last_at = head.last_at,
    checkpoint = head.checkpoint WHERE origin = head.origin;
  PERFORM pg_notify(head.channel, head.author || ' ' || newest);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_parked_faults")]
    operations = [
        migrations.RunSQL(LOCK, "DROP FUNCTION ledger_lock(text, text, text, text, uuid[])"),
        migrations.RunSQL(APPEND, "DROP FUNCTION ledger_append(json, json, json, json, json, json)"),
    ]
