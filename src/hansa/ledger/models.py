# SPDX-License-Identifier: Apache-2.0
"""The nouns of the ledger.

Three layers: what is in the logs (`Log`, `Leaf`, `Node`, `SealedBody`, `Wrap`) is kept byte for byte; what follows
from the logs (`LoggedAct`, `Key`, `Authenticator`, `Reader`, ...) can be thrown away and computed again; what is a
member's own (`SecretKey`, `PendingAct`, ...) never leaves the node.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hansa.core import clock
from hansa.core.models import LocalModel, SharedModel
from hansa.core.personal import declare
from hansa.ledger.choices import Kept, Recalled


class League(models.Model):
    """The league that this node serves. `epoch` is the newest key epoch; its recipient seals what the league reads."""

    id = models.CharField(primary_key=True, max_length=100)
    exercise = models.CharField(max_length=100, null=True)
    personal = declare(none="id exercise")


class Log(models.Model):
    """One member's transparency log, as far as this node holds it.

    `frontier` is the roots of the complete subtrees, 32 bytes each, so that appending reads no leaves.
    """

    origin = models.CharField(primary_key=True, max_length=200)
    league = models.CharField(max_length=100)
    author = models.CharField(max_length=63, unique=True)
    hosted = models.BooleanField(default=False)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=bytes)
    last_at = models.DateTimeField(null=True)
    checkpoint = models.TextField(default="")
    personal = declare(none="origin league author hosted size frontier last_at checkpoint")


class Leaf(models.Model):
    """An entry of a log, byte for byte as it was signed. Insert-only: a trigger and the privileges hold it.

    `received` numbers the leaves of all logs in the order in which this node took them.
    """

    pk = models.CompositePrimaryKey("origin", "index")
    origin = models.CharField(max_length=200)
    index = models.BigIntegerField()
    received = models.BigIntegerField(unique=True)
    leaf_hash = models.BinaryField()
    entry = models.BinaryField()
    received_at = models.DateTimeField(default=clock.now)
    personal = declare(none="origin index received leaf_hash entry received_at")


class Node(models.Model):
    """The hash of a complete subtree of 256^k leaves (level 8, 16, ...): what tiles above the lowest are made of."""

    pk = models.CompositePrimaryKey("origin", "level", "index")
    origin = models.CharField(max_length=200)
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()
    personal = declare(none="origin level index hash")


class SealedBody(models.Model):
    """The ciphertext of a sealed act, outside the leaf, by the hash that the leaf names. Purging deletes the row."""

    ciphertext_hash = models.CharField(primary_key=True, max_length=64)
    ciphertext = models.BinaryField()
    personal = declare(none="ciphertext_hash ciphertext")


class Wrap(models.Model):
    """The key of one sealed body for one reader: the league's epoch (`league:<n>`) or a member."""

    pk = models.CompositePrimaryKey("ciphertext_hash", "reader")
    ciphertext_hash = models.CharField(max_length=64)
    reader = models.CharField(max_length=100)
    wrap = models.BinaryField()
    personal = declare(none="ciphertext_hash reader wrap")


class ParkedLeaf(models.Model):
    """A leaf that waits: for earlier leaves of its log, for acts that it references, or for its sealed body.

    `fault` says where this version of Hansa failed on it, and is empty otherwise: it is tried again at the next start.
    """

    pk = models.CompositePrimaryKey("origin", "index")
    origin = models.CharField(max_length=200)
    index = models.BigIntegerField()
    entry = models.BinaryField()
    waits_for = ArrayField(models.CharField(max_length=200))
    fault = models.TextField(default="")
    personal = declare(none="origin index entry waits_for fault")


class RefusedLeaf(models.Model):
    """A leaf that was not applied, and why. It stays in its log: it is evidence."""

    pk = models.CompositePrimaryKey("origin", "index")
    origin = models.CharField(max_length=200)
    index = models.BigIntegerField()
    entry = models.BinaryField()
    reason = models.TextField()
    refused_at = models.DateTimeField(default=clock.now)
    personal = declare(none="origin index entry reason refused_at")


class LoggedAct(SharedModel):
    """An act that stands: public, or sealed and opened here for its audience. `tail` is its bytes after the time."""

    id = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    origin = models.CharField(max_length=200)
    index = models.BigIntegerField()
    type = models.CharField(max_length=80)
    author = models.CharField(max_length=63)
    at = models.DateTimeField()
    scope = models.UUIDField(null=True)
    tail = models.BinaryField()
    personal = declare(none="id digest origin index type author at scope tail audience")

    class Meta:
        indexes = [
            models.Index(fields=["origin", "index"], name="ledger_act_position"),
            models.Index(fields=["scope", "at"], name="ledger_act_scope"),
            models.Index(fields=["scope", "type", "author", "at"], name="ledger_act_said"),
            models.Index(fields=["at"], name="ledger_act_at"),
        ]


class Root(SharedModel):
    """A member's root: the recovery keys, how many of them sign, its log key and its recipient for sealed keys."""

    author = models.CharField(max_length=63, primary_key=True)
    keys = ArrayField(models.CharField(max_length=64))
    threshold = models.SmallIntegerField()
    log_key = models.CharField(max_length=64)
    recipient = models.CharField(max_length=100)
    recipient_since = models.DateTimeField(null=True)
    version = models.IntegerField()
    personal = declare(none="author keys threshold log_key recipient recipient_since version audience")


class Key(SharedModel):
    """The signing key of an office: valid from the leaf that added it up to the leaf that revoked it."""

    pk = models.CompositePrimaryKey("author", "key")
    author = models.CharField(max_length=63)
    key = models.CharField(max_length=64)
    office = models.CharField(max_length=40)
    from_index = models.BigIntegerField()
    revoked_index = models.BigIntegerField(null=True)
    first_suspect = models.BigIntegerField(null=True)
    personal = declare(none="key author office from_index revoked_index first_suspect audience")


class Authenticator(SharedModel):
    """A passkey that a person approves with: its public key, bound to a person's opaque id."""

    pk = models.CompositePrimaryKey("author", "credential")
    author = models.CharField(max_length=63)
    credential = models.CharField(max_length=1400)
    person = models.UUIDField()
    public_key = models.TextField()
    rp_id = models.CharField(max_length=253)
    origins = ArrayField(models.CharField(max_length=300))
    exercise = models.BooleanField(default=False)
    from_index = models.BigIntegerField()
    revoked_index = models.BigIntegerField(null=True)
    personal = declare(
        none="author public_key rp_id origins exercise from_index revoked_index audience",
        holder="credential person",
        purpose="to prove who approved an act",
        sealed="nobody: an opaque id",
        purge="never: the log is evidence",
    )


class Epoch(SharedModel):
    """A key period of the league: what is sealed to the league is sealed to this recipient.

    Two members may open the same period: of its rows, the one with the lowest digest is sealed to from then on.
    `roll` is the digest of the members that it is for.
    """

    pk = models.CompositePrimaryKey("epoch", "digest")
    epoch = models.IntegerField()
    recipient = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    author = models.CharField(max_length=63)
    at = models.DateTimeField()
    roll = models.CharField(max_length=64, default="")
    personal = declare(none="epoch recipient digest author at roll audience")


class EpochWrap(SharedModel):
    """The league's key of a period, sealed to one member by another (or by itself): any one of them opens it.

    `recipient` says of which key of the period, where two were opened; empty in acts from before that was stated.
    """

    pk = models.CompositePrimaryKey("epoch", "recipient", "reader", "author")
    epoch = models.IntegerField()
    recipient = models.CharField(max_length=100)
    reader = models.CharField(max_length=63)
    author = models.CharField(max_length=63)
    wrap = models.TextField()
    sealed_to = models.CharField(max_length=100, default="")
    act = models.UUIDField()
    at = models.DateTimeField()
    personal = declare(none="epoch recipient reader author wrap sealed_to act at audience")


class Guest(SharedModel):
    """What was said of a guest of an activation: admitted or dismissed, in which key period."""

    pk = models.CompositePrimaryKey("scope", "reader", "epoch", "admitted")
    scope = models.UUIDField()
    reader = models.CharField(max_length=63)
    epoch = models.IntegerField()
    admitted = models.BooleanField()
    personal = declare(none="scope reader epoch admitted audience")


class Reader(models.Model):
    """Who reads an audience. Row-level security of all shared rows rests on this table.

    `direct` readers have a wrap of their own of every body; the others read by the league's epoch key.
    """

    pk = models.CompositePrimaryKey("name", "reader")
    name = models.CharField(max_length=100)
    reader = models.CharField(max_length=63)
    direct = models.BooleanField(default=False)
    personal = declare(none="name reader direct")


class Shut(models.Model):
    """A member of this node whose own key does not open something to whose readers it belongs.

    `name` is a key period (`league:<n>`), the commitment of an act, `key:` with a recipient whose secret half is gone,
    or `*`: it has lost the key to which others seal now. Row-level security of all shared rows asks this table.
    """

    pk = models.CompositePrimaryKey("reader", "name")
    reader = models.CharField(max_length=63)
    name = models.CharField(max_length=110)
    noticed_at = models.DateTimeField(default=clock.now)
    personal = declare(none="reader name noticed_at")

    class Meta:
        indexes = [models.Index(fields=["name"], name="ledger_shut_name")]


class Recall(SharedModel):
    """A sealed act whose author asked everyone to destroy its text by `deadline`."""

    digest = models.CharField(primary_key=True, max_length=64)
    author = models.CharField(max_length=63)
    index = models.BigIntegerField()
    deadline = models.DateTimeField()
    reason = models.CharField(max_length=10, choices=Recalled.choices)
    act = models.UUIDField()
    at = models.DateTimeField()
    personal = declare(none="digest author index deadline reason act at audience")


class PurgeAnswer(SharedModel):
    """What a member last said of the text of a sealed act: destroyed, kept for counsel, or refused to destroy."""

    pk = models.CompositePrimaryKey("digest", "reader")
    digest = models.CharField(max_length=64)
    reader = models.CharField(max_length=63)
    author = models.CharField(max_length=63)
    index = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=Kept.choices)
    reason = models.CharField(max_length=10, default="")
    words = models.CharField(max_length=300, default="")
    act = models.UUIDField()
    at = models.DateTimeField()
    personal = declare(none="digest reader author index state reason words act at audience")


class WrapGiven(SharedModel):
    """A member was given the key of a sealed act later, by one that reads it. `wrap` is the hash of what it got."""

    pk = models.CompositePrimaryKey("digest", "reader", "author")
    digest = models.CharField(max_length=64)
    reader = models.CharField(max_length=63)
    author = models.CharField(max_length=63)
    ciphertext = models.CharField(max_length=64)
    wrap = models.CharField(max_length=64)
    act = models.UUIDField()
    at = models.DateTimeField()
    personal = declare(none="digest reader author ciphertext wrap act at audience")

    class Meta:
        indexes = [models.Index(fields=["ciphertext"], name="ledger_given_ciphertext")]


class Reading(LocalModel):
    """A person of the member opened the page of a sealed act: first and last, for the member alone."""

    act = models.UUIDField()
    person = models.UUIDField()
    first_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)
    personal = declare(
        none="id member act first_at last_at",
        holder="person",
        purpose="to show who has read a sealed act",
        sealed="the member",
        purge="with the text of the act",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "act", "person"], name="ledger_reading_once")]


class SecretKey(LocalModel):
    """A private key of a member on this node, encrypted with the node's key-encryption key."""

    public = models.CharField(max_length=100, unique=True)
    purpose = models.CharField(max_length=40)
    sealed = models.BinaryField()
    personal = declare(none="id member public purpose sealed")


class ReactionRun(LocalModel):
    """A reaction that ran for an act and a member: it never runs twice."""

    act = models.UUIDField()
    name = models.CharField(max_length=120)
    personal = declare(none="id member act name")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "name", "member"], name="ledger_reaction_once")]


class PendingAct(LocalModel):
    """An act that waits for approvals. Its bytes are frozen: what the signer reads is rendered from them."""

    type = models.CharField(max_length=80)
    readers = models.CharField(max_length=100)
    office = models.CharField(max_length=40)
    tail = models.BinaryField()
    salt = models.BinaryField(null=True)
    digest = models.CharField(max_length=64, unique=True)
    offices = ArrayField(models.CharField(max_length=40))
    count = models.SmallIntegerField()
    clause = models.CharField(max_length=20, default="")
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    personal = declare(
        none="id member type readers office tail salt digest offices count clause created_at published_at dropped_at",
        holder="created_by",
        purpose="to show who drew up an act",
        sealed="the member",
        purge="with the account",
    )


class PendingApproval(LocalModel):
    """One person's approval of a pending act, as it will travel in the leaf."""

    pending = models.UUIDField()
    person = models.UUIDField()
    approval = models.JSONField()
    approved_at = models.DateTimeField(default=clock.now)
    personal = declare(
        none="id member pending approval approved_at",
        holder="person",
        purpose="to prove who approved an act",
        sealed="nobody: an opaque id",
        purge="never: it travels in the leaf",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pending", "person"], name="ledger_approval_once")]
