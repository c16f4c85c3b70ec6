# SPDX-License-Identifier: Apache-2.0
"""Addresses, messages, deliveries, attempts, the health of channels."""

import django.db.models.deletion
from django.db import migrations, models

import hansa.core.clock
import hansa.core.ids
import hansa.core.rls
from hansa.core.rls import Enable


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ChannelHealth",
            fields=[
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("sms", "Text message"),
                            ("voice", "Phone call"),
                            ("webpush", "Push message"),
                        ],
                        max_length=8,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("failing_since", models.DateTimeField(null=True)),
                ("reason", models.CharField(default="", max_length=300)),
                ("worked_at", models.DateTimeField(null=True)),
                ("probed_at", models.DateTimeField(null=True)),
                ("probe", models.UUIDField(null=True)),
                ("probe_due_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Address",
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
                ("person", models.UUIDField()),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("sms", "Text message"),
                            ("voice", "Phone call"),
                            ("webpush", "Push message"),
                        ],
                        max_length=8,
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("lookup", models.CharField(max_length=64)),
                ("language", models.CharField(default="en", max_length=5)),
                ("added_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("verified_at", models.DateTimeField(null=True)),
                ("consent_text", models.CharField(default="", max_length=500)),
                ("consent_at", models.DateTimeField(null=True)),
                ("consent_source", models.CharField(default="", max_length=40)),
                ("disabled_at", models.DateTimeField(null=True)),
                ("disabled_reason", models.CharField(default="", max_length=200)),
                ("exercise", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["lookup"], name="notify_address_lookup")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "person", "channel", "lookup"), name="notify_address_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("sms", "Text message"),
                            ("voice", "Phone call"),
                            ("webpush", "Push message"),
                        ],
                        max_length=8,
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("place", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("sending", "Being sent"),
                            ("accepted", "Accepted by the provider"),
                            ("expired", "Out of time"),
                            ("failed", "Failed"),
                            ("delivered", "Delivered"),
                            ("acknowledged", "Answered"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(default="", max_length=300)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("doubtful", models.BooleanField(default=False)),
                ("resent_identically", models.PositiveSmallIntegerField(default=0)),
                ("provider_id", models.CharField(default="", max_length=120)),
                ("holder", models.BigIntegerField(null=True)),
                ("queued_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("due_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(default=hansa.core.clock.now)),
                (
                    "address",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="notify.address"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attempt",
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
                ("began_at", models.DateTimeField(default=hansa.core.clock.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("accepted", "Accepted"),
                            ("found", "Found at the provider"),
                            ("refused", "Refused"),
                            ("unknown", "Unknown"),
                            ("held", "Not sent"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(default="", max_length=300)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attempts", to="notify.delivery"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Message",
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
                ("event", models.CharField(max_length=160)),
                ("person", models.UUIDField()),
                ("language", models.CharField(default="en", max_length=5)),
                ("headline", models.CharField(max_length=160)),
                ("text", models.TextField(default="")),
                ("url", models.CharField(default="", max_length=300)),
                (
                    "urgency",
                    models.CharField(
                        choices=[("high", "At once"), ("normal", "Today"), ("low", "Any time")],
                        default="normal",
                        max_length=6,
                    ),
                ),
                ("code", models.CharField(default="", max_length=8)),
                ("wrong_tries", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField(default=hansa.core.clock.now)),
                ("expires_at", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(null=True)),
                (
                    "acknowledged_via",
                    models.CharField(
                        choices=[
                            ("link", "link"),
                            ("sms", "text message"),
                            ("keypad", "phone keypad"),
                            ("page", "page"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                ("exercise", models.CharField(default="", max_length=100)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["member", "at"], name="notify_message_at"),
                    models.Index(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=["member", "code"],
                        name="notify_message_code",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("member", "event", "person"), name="notify_message_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("acknowledged_at__isnull", False)),
                        fields=("member", "event"),
                        name="notify_taken_once",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="notify.message"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["channel", "place", "queued_at"], name="notify_queue"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "sending")), fields=["channel", "holder"], name="notify_sending"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["member", "state", "changed_at"], name="notify_delivery_state"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("provider_id", ""), _negated=True),
                fields=["channel", "provider_id"],
                name="notify_provider_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("message", "address", "round"), name="notify_delivery_once"),
        ),
        Enable("notify"),
    ]
