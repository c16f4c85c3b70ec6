# SPDX-License-Identifier: Apache-2.0
"""Tables of aid."""

import django.db.models.deletion
from django.db import migrations, models

import hansa.core.ids
import hansa.core.rls
from hansa.core.rls import Enable


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("agreement", models.UUIDField(db_index=True)),
                ("notice", models.UUIDField(null=True)),
                ("hash", models.CharField(blank=True, max_length=64)),
                ("declined", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("member", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("exercise", models.CharField(blank=True, max_length=100)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AgreementNotice",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("agreement", models.UUIDField(db_index=True)),
                ("kind", models.CharField(max_length=20)),
                ("lines", models.JSONField(default=dict)),
                ("reason", models.CharField(max_length=500)),
                ("effective", models.DateTimeField()),
                ("member", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
                ("exercise", models.CharField(blank=True, max_length=100)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Availability",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("donor", models.CharField(db_index=True, max_length=63)),
                ("kind", models.CharField(db_index=True, max_length=130)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14)),
                ("site", models.CharField(max_length=120)),
                ("lat", models.FloatField(null=True)),
                ("lon", models.FloatField(null=True)),
                ("declared_at", models.DateTimeField()),
                ("act", models.CharField(max_length=64)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("mission", models.UUIDField(db_index=True)),
                ("act", models.UUIDField()),
                ("person", models.UUIDField()),
                ("offer", models.UUIDField()),
                ("direction", models.CharField(max_length=3)),
                ("member", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("donor", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("declared_at", models.DateTimeField()),
                ("act", models.CharField(max_length=64)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Demobilisation",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("mission", models.UUIDField(db_index=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("member", models.CharField(max_length=63)),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HandoverCode",
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
                ("leg", models.UUIDField(unique=True)),
                ("code", models.CharField(max_length=6)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HomeContact",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("mission", models.UUIDField(db_index=True)),
                ("contact", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("act", models.UUIDField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MemberKind",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("code", models.CharField(max_length=130, primary_key=True, serialize=False)),
                ("author", models.CharField(max_length=63)),
                ("form", models.CharField(max_length=20)),
                ("category", models.CharField(max_length=20)),
                ("unit", models.CharField(max_length=20)),
                ("types", models.PositiveSmallIntegerField(default=0)),
                ("name_en", models.CharField(max_length=120)),
                ("name_es", models.CharField(max_length=120)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("defined_at", models.DateTimeField()),
                ("act", models.CharField(max_length=64)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Mission",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("agreement", models.UUIDField(db_index=True)),
                ("activation", models.UUIDField(db_index=True)),
                ("hash", models.CharField(max_length=64)),
                ("donor", models.CharField(max_length=63)),
                ("requester", models.CharField(max_length=63)),
                ("office", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=200)),
                ("task", models.TextField()),
                ("report_to", models.CharField(max_length=200)),
                ("report_at", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("legal_status", models.TextField()),
                ("insurance", models.TextField(blank=True)),
                ("conduct", models.TextField()),
                ("radio", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("exercise", models.CharField(blank=True, max_length=100)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("activation", models.UUIDField(db_index=True)),
                ("donor", models.CharField(max_length=63)),
                ("requester", models.CharField(max_length=63)),
                ("kind", models.CharField(max_length=130)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14)),
                ("available_from", models.DateTimeField()),
                ("arrives_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("site", models.CharField(max_length=120)),
                ("lat", models.FloatField(null=True)),
                ("lon", models.FloatField(null=True)),
                ("limitations", models.TextField(blank=True)),
                ("costs", models.JSONField(default=list)),
                ("total", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ("offered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdraw_reason", models.CharField(blank=True, max_length=300)),
                ("charter", models.CharField(blank=True, max_length=64)),
                ("exercise", models.CharField(blank=True, max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="RosterEntry",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("mission", models.UUIDField(db_index=True)),
                ("offer", models.UUIDField()),
                ("person", models.UUIDField()),
                ("name", models.CharField(max_length=120)),
                ("role", models.CharField(max_length=120)),
                ("credential", models.CharField(blank=True, max_length=120)),
                ("removed", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("act", models.UUIDField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("agreement", models.UUIDField(db_index=True)),
                ("activation", models.UUIDField(db_index=True)),
                ("origin", models.CharField(max_length=63)),
                ("destination", models.CharField(max_length=63)),
                ("back", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("exercise", models.CharField(blank=True, max_length=100)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("agreement", models.UUIDField(db_index=True)),
                ("hash", models.CharField(max_length=64)),
                ("parents", models.JSONField(default=list)),
                ("document", models.JSONField()),
                ("side", models.CharField(max_length=10)),
                ("member", models.CharField(max_length=63)),
                ("office", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("charter", models.CharField(blank=True, max_length=64)),
                ("exercise", models.CharField(blank=True, max_length=100)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("activation", models.UUIDField()),
                ("donor", models.CharField(max_length=63)),
                ("requester", models.CharField(max_length=63)),
                ("state", models.CharField(max_length=20)),
                ("hashes", models.JSONField(default=list)),
                ("waiting", models.JSONField(default=dict)),
                ("document", models.JSONField(default=dict)),
                ("opened_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField(null=True)),
                ("ends", models.DateTimeField()),
                ("charter", models.CharField(blank=True, max_length=64)),
                ("exercise", models.CharField(blank=True, max_length=100)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["activation", "state"], name="aid_agreement_of"),
                    models.Index(fields=["opened_at"], name="aid_agreement_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreementLine",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("activation", models.UUIDField(db_index=True)),
                ("offer", models.UUIDField(db_index=True)),
                ("request", models.UUIDField(db_index=True)),
                ("kind", models.CharField(max_length=130)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("granted", models.DecimalField(decimal_places=3, max_digits=14)),
                ("recalled", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                ("cancelled", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                (
                    "agreement",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lines",
                        to="aid.agreement",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MissionLine",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("line", models.UUIDField(db_index=True)),
                ("offer", models.UUIDField()),
                ("role", models.CharField(max_length=120)),
                ("people", models.PositiveIntegerField()),
                (
                    "mission",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lines",
                        to="aid.mission",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OfferDecline",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14)),
                ("reason", models.CharField(max_length=20)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("declined_at", models.DateTimeField()),
                ("exercise", models.CharField(blank=True, max_length=100)),
                (
                    "offer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="declines",
                        to="aid.offer",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RequestLine",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("sheet", models.UUIDField(db_index=True)),
                ("number", models.PositiveIntegerField(default=1)),
                ("activation", models.UUIDField()),
                ("author", models.CharField(max_length=63)),
                ("requester", models.CharField(max_length=63)),
                ("adopted_at", models.DateTimeField(null=True)),
                ("kind", models.CharField(max_length=130)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14)),
                ("needed_by", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("place", models.CharField(max_length=200)),
                ("lat", models.FloatField(null=True)),
                ("lon", models.FloatField(null=True)),
                ("zone", models.CharField(default="UTC", max_length=40)),
                ("priority", models.PositiveSmallIntegerField(default=3)),
                ("lifeline", models.CharField(blank=True, max_length=20)),
                ("conditions", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("opened_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=64)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=300)),
                ("charter", models.CharField(blank=True, max_length=64)),
                ("exercise", models.CharField(blank=True, max_length=100)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["activation", "cancelled_at", "kind"], name="aid_line_by_activation"),
                    models.Index(fields=["activation", "priority", "needed_by", "id"], name="aid_line_by_urgency"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestDecline",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("donor", models.CharField(max_length=63)),
                ("reason", models.CharField(max_length=20)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("declined_at", models.DateTimeField()),
                ("exercise", models.CharField(blank=True, max_length=100)),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="declines",
                        to="aid.requestline",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="offer",
            name="line",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="offers",
                to="aid.requestline",
            ),
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("leg", models.UUIDField()),
                ("kind", models.CharField(max_length=12)),
                ("place", models.CharField(max_length=200)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("by_code", models.BooleanField(default=False)),
                ("proof", models.CharField(blank=True, max_length=64)),
                ("member", models.CharField(max_length=63)),
                ("office", models.CharField(max_length=40)),
                ("happened", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "shipment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="receipts",
                        to="aid.shipment",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("leg", models.UUIDField()),
                ("after", models.UUIDField(null=True)),
                ("custodian", models.CharField(max_length=120)),
                ("place", models.CharField(max_length=200)),
                ("bound_for", models.CharField(blank=True, max_length=200)),
                ("due", models.DateTimeField(null=True)),
                ("seal", models.CharField(blank=True, max_length=64)),
                ("by_code", models.BooleanField(default=False)),
                ("member", models.CharField(max_length=63)),
                ("happened", models.DateTimeField()),
                ("at", models.DateTimeField()),
                (
                    "shipment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="movements",
                        to="aid.shipment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ShipmentLine",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("line", models.UUIDField(db_index=True)),
                ("offer", models.UUIDField()),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14)),
                (
                    "shipment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lines",
                        to="aid.shipment",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Stock",
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
                ("kind", models.CharField(max_length=130)),
                (
                    "level",
                    models.PositiveSmallIntegerField(default=0, help_text="NIMS type, 1 is best; 0 when not typed"),
                ),
                ("site", models.CharField(max_length=120)),
                ("lat", models.FloatField(null=True)),
                ("lon", models.FloatField(null=True)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14)),
                ("reserve", models.DecimalField(decimal_places=3, max_digits=14, null=True)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("member", "kind", "level", "site"), name="aid_stock_one_row"),
                    models.CheckConstraint(condition=models.Q(("quantity__gte", 0)), name="aid_stock_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockChange",
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
                ("stock", models.UUIDField(db_index=True)),
                ("delta", models.DecimalField(decimal_places=3, max_digits=14)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14)),
                ("reason", models.CharField(max_length=20)),
                ("source", models.UUIDField(help_text="The act that it follows from", null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("stock", "source"), name="aid_stock_change_once_per_act")
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("audience", models.CharField(default="public", max_length=100)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("act", models.UUIDField()),
                ("offer", models.UUIDField()),
                ("kind", models.CharField(max_length=12)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14)),
                ("custodian", models.CharField(max_length=120)),
                ("place", models.CharField(max_length=200)),
                ("member", models.CharField(max_length=63)),
                ("happened", models.DateTimeField()),
                ("at", models.DateTimeField()),
                (
                    "shipment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="tallies",
                        to="aid.shipment",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["donor", "kind", "valid_until"], name="aid_offer_by_donor"),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["due"], name="aid_movement_due"),
        ),
        Enable("aid"),
    ]
