# SPDX-License-Identifier: Apache-2.0

import django.contrib.postgres.fields
from django.db import migrations, models

import hansa.core.clock
import hansa.core.ids
import hansa.core.rls
from hansa.core.rls import Enable

# Leaves are evidence: they are numbered as they come, and nobody changes or removes one, not even the owner.
INSERT_ONLY = """
CREATE SEQUENCE ledger_received;
ALTER TABLE ledger_leaf ALTER COLUMN received SET DEFAULT nextval('ledger_received');
CREATE FUNCTION ledger_leaf_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'leaves of a log are insert-only';
END $$;
CREATE TRIGGER ledger_leaf_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_leaf
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_leaf_refuse();
DO $$
DECLARE role name;
BEGIN
  FOR role IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
      WHERE table_schema = 'public' AND table_name = 'ledger_leaf' AND grantee NOT IN ('PUBLIC', CURRENT_USER) LOOP
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON ledger_leaf FROM %I', role);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Authenticator",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "author", "credential", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("audience", models.CharField(default="public", max_length=100)),
                ("credential", models.CharField(max_length=1400)),
                ("author", models.CharField(max_length=63)),
                ("person", models.UUIDField()),
                ("public_key", models.TextField()),
                ("rp_id", models.CharField(max_length=253)),
                (
                    "origins",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), size=None),
                ),
                ("exercise", models.BooleanField(default=False)),
                ("from_index", models.BigIntegerField()),
                ("revoked_index", models.BigIntegerField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Epoch",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("epoch", models.IntegerField(primary_key=True, serialize=False)),
                ("recipient", models.CharField(max_length=100)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EpochWrap",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch", "reader", "author", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("reader", models.CharField(max_length=63)),
                ("author", models.CharField(max_length=63)),
                ("wrap", models.TextField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "author", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("audience", models.CharField(default="public", max_length=100)),
                ("key", models.CharField(max_length=64)),
                ("author", models.CharField(max_length=63)),
                ("office", models.CharField(max_length=40)),
                ("from_index", models.BigIntegerField()),
                ("revoked_index", models.BigIntegerField(null=True)),
                ("first_suspect", models.BigIntegerField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "origin", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("origin", models.CharField(max_length=200)),
                ("index", models.BigIntegerField()),
                ("received", models.BigIntegerField(unique=True)),
                ("leaf_hash", models.BinaryField()),
                ("entry", models.BinaryField()),
                ("received_at", models.DateTimeField(default=hansa.core.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="League",
            fields=[
                ("id", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("exercise", models.CharField(max_length=100, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Log",
            fields=[
                ("origin", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("league", models.CharField(max_length=100)),
                ("author", models.CharField(max_length=63, unique=True)),
                ("hosted", models.BooleanField(default=False)),
                ("size", models.BigIntegerField(default=0)),
                ("frontier", models.BinaryField(default=bytes)),
                ("last_at", models.DateTimeField(null=True)),
                ("checkpoint", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "origin", "level", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("origin", models.CharField(max_length=200)),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="ParkedLeaf",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "origin", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("origin", models.CharField(max_length=200)),
                ("index", models.BigIntegerField()),
                ("entry", models.BinaryField()),
                (
                    "waits_for",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), size=None),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PendingAct",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hansa.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "member",
                    models.CharField(
                        db_index=True, default=hansa.core.rls.current_member, editable=False, max_length=63
                    ),
                ),
                ("type", models.CharField(max_length=80)),
                ("readers", models.CharField(max_length=100)),
                ("office", models.CharField(max_length=40)),
                ("tail", models.BinaryField()),
                ("salt", models.BinaryField(null=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "offices",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None),
                ),
                ("count", models.SmallIntegerField()),
                ("clause", models.CharField(default="", max_length=20)),
                ("created_by", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("published_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reader",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "name", "reader", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("reader", models.CharField(max_length=63)),
                ("direct", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="RefusedLeaf",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "origin", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("origin", models.CharField(max_length=200)),
                ("index", models.BigIntegerField()),
                ("entry", models.BinaryField()),
                ("reason", models.TextField()),
                ("refused_at", models.DateTimeField(default=hansa.core.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="Root",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("author", models.CharField(max_length=63, primary_key=True, serialize=False)),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), size=None),
                ),
                ("threshold", models.SmallIntegerField()),
                ("log_key", models.CharField(max_length=64)),
                ("recipient", models.CharField(max_length=100)),
                ("version", models.IntegerField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SealedBody",
            fields=[
                ("ciphertext_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("ciphertext", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="SecretKey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hansa.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "member",
                    models.CharField(
                        db_index=True, default=hansa.core.rls.current_member, editable=False, max_length=63
                    ),
                ),
                ("public", models.CharField(max_length=100, unique=True)),
                ("purpose", models.CharField(max_length=40)),
                ("sealed", models.BinaryField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Wrap",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "ciphertext_hash", "reader", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("ciphertext_hash", models.CharField(max_length=64)),
                ("reader", models.CharField(max_length=100)),
                ("wrap", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="LoggedAct",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("origin", models.CharField(max_length=200)),
                ("index", models.BigIntegerField()),
                ("type", models.CharField(max_length=80)),
                ("author", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("scope", models.UUIDField(null=True)),
                ("tail", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["origin", "index"], name="ledger_act_position"),
                    models.Index(fields=["scope", "at"], name="ledger_act_scope"),
                    models.Index(fields=["scope", "type", "author", "at"], name="ledger_act_said"),
                    models.Index(fields=["at"], name="ledger_act_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingApproval",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hansa.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "member",
                    models.CharField(
                        db_index=True, default=hansa.core.rls.current_member, editable=False, max_length=63
                    ),
                ),
                ("pending", models.UUIDField()),
                ("person", models.UUIDField()),
                ("approval", models.JSONField()),
                ("approved_at", models.DateTimeField(default=hansa.core.clock.now)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("pending", "person"), name="ledger_approval_once")],
            },
        ),
        migrations.CreateModel(
            name="ReactionRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=hansa.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "member",
                    models.CharField(
                        db_index=True, default=hansa.core.rls.current_member, editable=False, max_length=63
                    ),
                ),
                ("act", models.UUIDField()),
                ("name", models.CharField(max_length=120)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("act", "name", "member"), name="ledger_reaction_once")],
            },
        ),
        migrations.RunSQL(INSERT_ONLY, migrations.RunSQL.noop),
        Enable("ledger"),
    ]
