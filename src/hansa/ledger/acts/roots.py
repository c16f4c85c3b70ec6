# SPDX-License-Identifier: Apache-2.0
"""Acts about a member's root, its keys and its people's passkeys."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from pydantic import Field

from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.ledger.act import Act, Body, Refs, Requirement
from hansa.ledger.approval import EXERCISE_RP_ID, read_cose_key
from hansa.ledger.audience import PUBLIC
from hansa.ledger.keys import KeyRefused, admit_public_key
from hansa.ledger.models import Authenticator, Key, League, Root
from hansa.ledger.naming import member_name, person_name
from hansa.ledger.registry import act_type
from hansa.ledger.sealing import SealingError, check_recipient
from hansa.ledger.tlog.strict import from_base64url

ROOT_OFFICE = "root"
ADMINISTRATOR = "administrator"
Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
VOUCHED = Requirement((ADMINISTRATOR,), 1)


def _only_root(act: Act) -> Verdict:
    return (
        ALLOW if act.office == ROOT_OFFICE else refuse(_("Only the member's recovery keys can sign this."), ROOT_OFFICE)
    )


def _earlier(rows: QuerySet, act: Act) -> bool:
    """Return whether an earlier leaf of the act's log made one of these rows."""
    return (rows if act.index < 0 else rows.filter(from_index__lt=act.index)).exists()


def can_be_sealed_to(recipient: str) -> Verdict:
    """Return whether something can be sealed to a key: a recipient of age in its one spelling."""
    try:
        check_recipient(recipient)
    except SealingError as error:
        return refuse(_("Nothing can be sealed to this key: %s") % error)
    return ALLOW


def _admissible(*keys: str) -> Verdict:
    for key in keys:
        try:
            admit_public_key(bytes.fromhex(key))
        except (KeyRefused, ValueError) as error:
            return refuse(str(error))
    return ALLOW


@act_type("ledger.root.stated", audience=PUBLIC)
class RootStated(Body):
    """A member's root: which recovery keys speak for it, and how many of them together."""

    member: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    root_keys: tuple[Hex32, ...] = Field(min_length=1, max_length=9)
    threshold: int = Field(ge=1, le=9)
    log_key: Hex32
    encryption: str = Field(max_length=100)
    version: int = Field(ge=1)
    personal = declare(none="member root_keys threshold log_key encryption version")

    def headline(self, act: Act) -> Text:
        return _("%(member)s opened its log; %(threshold)s of %(count)s recovery keys speak for it.") % {
            "member": member_name(act.author), "threshold": self.threshold, "count": len(self.root_keys)}  # fmt: skip

    def judge(self, act: Act, refs: Refs) -> Verdict:
        if self.member != act.author or not self.threshold <= len(set(self.root_keys)) == len(self.root_keys):
            return refuse(_("A root names its own member, different keys, and no more signers than keys."))
        before = Root.objects.filter(author=act.author).values_list("version", flat=True).first() or 0
        if self.version != before + 1:
            return refuse(_("This root has version %(version)s; the next one is %(next)s.") % {
                "version": self.version, "next": before + 1})  # fmt: skip
        for verdict in (_admissible(*self.root_keys, self.log_key), can_be_sealed_to(self.encryption)):
            if not verdict.ok:
                return verdict
        return _only_root(act)

    def apply(self, act: Act) -> None:
        Root.put(
            author=act.author, keys=list(self.root_keys), threshold=self.threshold, log_key=self.log_key,
            recipient=self.encryption, version=self.version,
        )  # fmt: skip


@act_type("ledger.recipient.replaced", audience=PUBLIC)
class RecipientReplaced(Body):
    """A member reads by a new key from here on: its old one was lost, or may be in other hands."""

    recipient: str = Field(max_length=100)
    personal = declare(none="recipient")

    def headline(self, act: Act) -> Text:
        return _("%(member)s replaced the key by which it reads.") % {"member": member_name(act.author)}

    def owes(self, act: Act) -> Text:
        return _("The others seal the league's keys to it again. What was sealed to the old key alone stays shut.")

    def judge(self, act: Act, refs: Refs) -> Verdict:
        admitted = can_be_sealed_to(self.recipient)
        return _only_root(act) if admitted.ok else admitted

    def apply(self, act: Act) -> None:
        Root.objects.filter(author=act.author).update(recipient=self.recipient, recipient_since=act.at)


@act_type("ledger.key.added", audience=PUBLIC)
class KeyAdded(Body):
    """An office has a signing key from here on."""

    key: Hex32
    office: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    personal = declare(none="key office")

    def headline(self, act: Act) -> Text:
        return _("%(member)s gave the office %(office)s a signing key.") % {
            "member": member_name(act.author),
            "office": self.office,
        }

    def judge(self, act: Act, refs: Refs) -> Verdict:
        if _earlier(Key.objects.filter(author=act.author, key=self.key), act):
            return refuse(_("This key was given out before. A key serves once."))
        return _admissible(self.key) and _only_root(act)

    def apply(self, act: Act) -> None:
        Key.put(author=act.author, key=self.key, office=self.office, from_index=act.index)


@act_type("ledger.key.revoked", audience=PUBLIC)
class KeyRevoked(Body):
    """An office's key ends here; acts from `first_suspect` on are disputed until re-signed or disowned."""

    key: Hex32
    first_suspect: int | None = Field(default=None, ge=0)
    personal = declare(none="key first_suspect")

    def headline(self, act: Act) -> Text:
        return _("%(member)s revoked the signing key %(key)s.") % {
            "member": member_name(act.author),
            "key": self.key[:16],
        }

    def judge(self, act: Act, refs: Refs) -> Verdict:
        return _only_root(act)

    def apply(self, act: Act) -> None:
        Key.objects.filter(key=self.key, author=act.author, revoked_index=None).update(
            revoked_index=act.index, first_suspect=self.first_suspect
        )


def _short(credential: str) -> str:
    """Return the beginning of a passkey's id, as the account page shows it, too."""
    return f"{credential[:12]}…"


def _passkey_facts(credential: str, rp_id: str, origins: Iterable[str]) -> list[tuple[Text, Text]]:
    return [
        (_("Passkey"), _short(credential)),
        (_("Signs only at"), f"{rp_id} ({', '.join(origins)})"),
    ]


def _kind_of_key(public_key: str) -> Text:
    try:
        return "ES256 (P-256)" if read_cose_key(from_base64url(public_key)).get(1) == 2 else "EdDSA (Ed25519)"
    except ValueError:
        return _("none that can sign")


@act_type("ledger.authenticator.enrolled", audience=PUBLIC, approval=VOUCHED)
class AuthenticatorEnrolled(Body):
    """A person's passkey counts from here on. The person is an opaque id."""

    person: UUID
    credential: str = Field(max_length=1400)
    public_key: str = Field(max_length=1000)
    rp_id: str = Field(max_length=253)
    origins: tuple[str, ...] = Field(min_length=1, max_length=8)
    exercise: bool = False
    personal = declare(
        none="public_key rp_id origins exercise",
        holder="person credential",
        purpose="to prove who approved an act",
        sealed="nobody: an opaque id",
        purge="never: the log is evidence",
    )

    def headline(self, act: Act) -> Text:
        return _("%(member)s enrolled a passkey of %(person)s.") % {
            "member": member_name(act.author), "person": person_name(act.author, self.person)}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        # An approver vouches that this key is in that person's hand: all that the act holds of it is here to compare.
        marked = [(_("Exercise"), _("A key in software, which signs in exercises only."))] if self.exercise else []
        return [
            (_("Whose passkey"), person_name(act.author, self.person)),
            (_("Person"), str(self.person)),
            *_passkey_facts(self.credential, self.rp_id, self.origins),
            (_("Kind of key"), _kind_of_key(self.public_key)),
            *marked,
            (_("Counts from"), _("when this act is logged")),
        ]

    def owes(self, act: Act) -> Text:
        return _("Whoever holds this passkey then signs as this person. Ask them whether they made it.")

    def change(self, act: Act) -> Text:
        return _("It can be revoked at any time. What it signed until then stays signed.")

    def judge(self, act: Act, refs: Refs) -> Verdict:
        if (self.exercise or self.rp_id == EXERCISE_RP_ID) and not League.objects.exclude(exercise=None).exists():
            return refuse(_("Exercise passkeys work only in a league that was founded as an exercise."))
        active = Authenticator.objects.filter(author=act.author, credential=self.credential, revoked_index=None)
        if _earlier(active, act):
            return refuse(_("This passkey is enrolled already. Nothing was doubled."))
        try:
            read_cose_key(from_base64url(self.public_key))
        except ValueError as error:
            return refuse(_("This passkey cannot be used here (%s). Use another one.") % error)
        return ALLOW

    def apply(self, act: Act) -> None:
        Authenticator.put(
            author=act.author, credential=self.credential, person=self.person, public_key=self.public_key,
            rp_id=self.rp_id, origins=list(self.origins), exercise=self.exercise, from_index=act.index,
        )  # fmt: skip


@act_type("ledger.authenticator.revoked", audience=PUBLIC, approval=VOUCHED)
class AuthenticatorRevoked(Body):
    """A passkey counts no more from here on."""

    credential: str = Field(max_length=1400)
    personal = declare(
        holder="credential", purpose="to prove who approved an act", sealed="nobody: an opaque id",
        purge="never: the log is evidence",
    )  # fmt: skip

    def headline(self, act: Act) -> Text:
        known = self._known(act)
        return _("%(member)s revoked a passkey of %(person)s.") % {
            "member": member_name(act.author),
            "person": person_name(act.author, known.person) if known else "?"}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        known = self._known(act)
        if known is None:
            return [(_("Passkey"), _short(self.credential))]
        held = (_("Whose passkey"), person_name(act.author, known.person))
        return [held, *_passkey_facts(known.credential, known.rp_id, known.origins)]

    def change(self, act: Act) -> Text:
        return _("What it signed stays signed. The person can make another passkey.")

    def _known(self, act: Act) -> Authenticator | None:
        return Authenticator.objects.filter(author=act.author, credential=self.credential).first()

    def apply(self, act: Act) -> None:
        Authenticator.objects.filter(credential=self.credential, author=act.author, revoked_index=None).update(
            revoked_index=act.index
        )
