# SPDX-License-Identifier: Apache-2.0
"""Key periods follow each other: of two with one number the lowest digest counts; guests go along."""

from django.db import migrations, models

from hansa.core.rls import Enable

# What the node has logged says everything that the new columns hold. A tail begins after the time.
FILL = """
SELECT set_config('hansa.node', 'on', true);
INSERT INTO ledger_epoch (epoch, recipient, digest, author, at, roll, audience)
SELECT (b->>'epoch')::int, b->>'recipient', a.digest, a.author, a.at, '', 'public'
FROM ledger_loggedact a, LATERAL (SELECT (('{' || convert_from(a.tail, 'UTF8'))::jsonb)->'body') t(b)
WHERE a.type = 'ledger.epoch.opened' ON CONFLICT DO NOTHING;
INSERT INTO ledger_epochwrap (epoch, recipient, reader, author, wrap, sealed_to, act, at, audience)
SELECT (b->>'epoch')::int, b->>'recipient', w.key, a.author, w.value, '', a.id, a.at, 'public'
FROM ledger_loggedact a, LATERAL (SELECT (('{' || convert_from(a.tail, 'UTF8'))::jsonb)->'body') t(b),
  LATERAL jsonb_each_text(b->'wraps') w
WHERE a.type = 'ledger.epoch.opened' ON CONFLICT DO NOTHING;
INSERT INTO ledger_epochwrap (epoch, recipient, reader, author, wrap, sealed_to, act, at, audience)
SELECT (b->>'epoch')::int, '', b->>'reader', a.author, b->>'wrap', '', a.id, a.at, 'public'
FROM ledger_loggedact a, LATERAL (SELECT (('{' || convert_from(a.tail, 'UTF8'))::jsonb)->'body') t(b)
WHERE a.type = 'ledger.epoch.shared' ON CONFLICT DO NOTHING;
INSERT INTO ledger_guest (scope, reader, epoch, admitted, audience)
SELECT split_part(name, ':', 3)::uuid, reader, split_part(name, ':', 2)::int, true, 'public'
FROM ledger_reader WHERE direct AND name LIKE 'league:%:%';
"""

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
      'reads', EXISTS (SELECT FROM ledger_reader d WHERE d.name = a.name AND d.reader = l.author),
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


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_sequencer")]

    operations = [
        migrations.AddField("root", "recipient_since", models.DateTimeField(null=True)),
        migrations.DeleteModel("Epoch"),
        migrations.DeleteModel("EpochWrap"),
        migrations.CreateModel(
            name="Epoch",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch", "digest", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("recipient", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64)),
                ("author", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("roll", models.CharField(default="", max_length=64)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="EpochWrap",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch",
                        "recipient",
                        "reader",
                        "author",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("recipient", models.CharField(max_length=100)),
                ("reader", models.CharField(max_length=63)),
                ("author", models.CharField(max_length=63)),
                ("wrap", models.TextField()),
                ("sealed_to", models.CharField(default="", max_length=100)),
                ("act", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Guest",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "scope",
                        "reader",
                        "epoch",
                        "admitted",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope", models.UUIDField()),
                ("reader", models.CharField(max_length=63)),
                ("epoch", models.IntegerField()),
                ("admitted", models.BooleanField()),
            ],
            options={"abstract": False},
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(LOCK, migrations.RunSQL.noop),
        Enable("ledger"),
    ]
