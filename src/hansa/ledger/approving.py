# SPDX-License-Identifier: Apache-2.0
"""Approvals against the ledger: which passkeys count for whom, and whether an act has all that it needs."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hansa.core.verdicts import ALLOW, Refused, Verdict, refuse
from hansa.ledger import registry
from hansa.ledger.act import Act
from hansa.ledger.acts import ROOT_OFFICE
from hansa.ledger.approval import Approval, ApprovalError, Credential, verify_approval
from hansa.ledger.models import Authenticator, League, Log
from hansa.ledger.naming import person_name
from hansa.ledger.tlog.strict import from_base64url


def credential_of(row: Authenticator) -> Credential:
    """Return an enrolled passkey as the pure verifier knows it."""
    return Credential(row.credential, from_base64url(row.public_key), row.rp_id, tuple(row.origins), row.exercise)


def _is_drill() -> bool:
    return League.objects.exclude(exercise=None).exists()


def check(act: Act, approval: Approval) -> None:
    """Refuse an approval by the wrong person, or whose passkey was not enrolled for them before or does not verify."""
    only = act.body.signer()
    if only and str(only) != approval.person:
        raise Refused(refuse(_("Only %s signs this. Nothing was signed.") % person_name(act.author, only)))
    row = Authenticator.objects.filter(credential=approval.credential, author=act.author).first()
    position = act.index if act.index >= 0 else Log.objects.get(author=act.author).size
    if row is None or str(row.person) != approval.person or row.from_index >= position:
        raise Refused(refuse(_("This passkey is not enrolled for this person. Nothing was signed.")))
    if row.revoked_index is not None and row.revoked_index < position:
        raise Refused(refuse(_("This passkey was revoked. Nothing was signed.")))
    try:
        verify_approval(approval, bytes.fromhex(act.digest), credential_of(row), exercise=_is_drill())
    except ApprovalError as error:
        raise Refused(
            refuse(_("Your device did not confirm you (%s). Nothing was signed. Try again.") % error)
        ) from None


def judge(act: Act, approvals: Sequence[Approval]) -> Verdict:
    """Say whether an act carries every approval that its type or charter asks for, each by who may give it."""
    if act.office == ROOT_OFFICE:
        return ALLOW
    need = registry.requirement(act.type, act.author, act.charter)
    try:
        for approval in approvals:
            check(act, approval)
    except Refused as refused:
        return refused.verdict
    if need is None:
        return ALLOW
    if act.office not in need.offices:
        return refuse(_("The office %s does not sign this.") % act.office, *need.offices)
    persons = {a.person for a in approvals if registry.holds_office(act.author, UUID(a.person), need.offices, act.at)}
    if len(persons) < need.count:
        return refuse(_("Approved by %(given)s of %(needed)s persons.") % {"given": len(persons), "needed": need.count},
                      *need.offices)  # fmt: skip
    return ALLOW
