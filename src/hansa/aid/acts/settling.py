# SPDX-License-Identifier: Apache-2.0
"""Keeps `Agreement` and its lines equal to what the whole set of signatures and notices settles."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from hansa.aid.acts.terms import Terms, read
from hansa.aid.models import Agreement, AgreementLine, AgreementNotice, Signature
from hansa.aid.rules import agreements as rules
from hansa.core.rls import node_scope

_LINES = uuid.UUID("7d1f4b1e-42a5-5f0f-9d67-0c7a2d9a6b55")


def line_id(agreement: uuid.UUID, offer: uuid.UUID) -> uuid.UUID:
    """Return the id of an agreement's line: the same for every version and every node."""
    return uuid.uuid5(_LINES, f"{agreement}/{offer}")


def derived_id(*parts: object) -> uuid.UUID:
    """Return an id that follows from an act and a part of it, for rows of which one act makes several."""
    return uuid.uuid5(_LINES, "/".join(map(str, parts)))


def versions_of(signatures: Sequence[Signature]) -> dict[str, rules.Version]:
    """Return the versions that these rows signed, by hash."""
    return {
        row.hash: rules.Version(
            row.hash,
            tuple(row.parents),
            {uuid.UUID(line["offer"]): Decimal(line["quantity"]) for line in row.document["lines"]},
        )
        for row in signatures
    }


def notices_of(rows: Sequence[AgreementNotice]) -> list[rules.Notice]:
    """Return notices as the rules read them."""
    return [
        rules.Notice(
            row.id,
            row.kind,
            row.at,
            row.effective,
            {uuid.UUID(offer): Decimal(units) for offer, units in row.lines.items()},
        )
        for row in rows
    ]


def standing_of(signatures: Sequence[Signature], notices: Sequence[AgreementNotice]) -> rules.Standing:
    """Return what stands of an agreement."""
    signed = [rules.Signed(row.id, row.hash, row.side, row.at) for row in signatures]
    return rules.settle(versions_of(signatures), signed, notices_of(notices))


def settle_agreement(agreement: uuid.UUID) -> None:
    """Make the agreement's rows what all signatures and notices that this node holds settle.

    The row is locked first, so that two acts of two parties applied at once settle one after the other. It reads
    in the node's scope: what stands must not depend on who happened to publish last.
    """
    with node_scope():
        _lock(agreement)
        signatures = list(Signature.objects.filter(agreement=agreement).order_by("at", "id"))
        if signatures:
            notices = list(AgreementNotice.objects.filter(agreement=agreement))
            _write(agreement, signatures, standing_of(signatures, notices))


def _lock(agreement: uuid.UUID) -> None:
    first = Signature.objects.filter(agreement=agreement).order_by("at", "id").first()
    if first is None:
        return
    terms = read(first.document)
    blank = Agreement(
        id=agreement,
        activation=terms.activation,
        donor=terms.donor,
        requester=terms.requester,
        state=rules.PROPOSED,
        document=first.document,
        opened_at=first.at,
        ends=terms.ends,
        audience=first.audience,
    )
    Agreement.keep_all([blank])
    Agreement.objects.select_for_update().get(id=agreement)


def _write(agreement: uuid.UUID, signatures: Sequence[Signature], standing: rules.Standing) -> None:
    first = signatures[0]
    by_hash = {row.hash: row for row in reversed(signatures)}
    shown = by_hash[standing.hashes[0]] if standing.hashes else first
    terms = read(shown.document)
    Agreement.objects.filter(id=agreement).update(
        activation=terms.activation,
        donor=terms.donor,
        requester=terms.requester,
        state=standing.state,
        hashes=list(standing.hashes),
        waiting=dict(standing.waiting),
        document=shown.document,
        opened_at=first.at,
        signed_at=standing.signed_at,
        ends=terms.ends,
        charter=first.charter,
        exercise=first.exercise,
        audience=first.audience,
    )
    rows = _lines(first, [read(row.document) for row in by_hash.values()], standing)
    fields = ["request", "kind", "level", "granted", "recalled", "cancelled", "activation", "audience"]
    AgreementLine.objects.bulk_create(rows, update_conflicts=True, update_fields=fields, unique_fields=["id"])


def _lines(first: Signature, versions: Sequence[Terms], standing: rules.Standing) -> list[AgreementLine]:
    described = {line.offer: line for terms in versions for line in terms.lines}
    return [
        AgreementLine(
            id=line_id(first.agreement, offer),
            agreement_id=first.agreement,
            activation=versions[0].activation,
            offer=offer,
            request=described[offer].request,
            kind=described[offer].kind,
            level=described[offer].level,
            granted=state.granted,
            recalled=state.recalled,
            cancelled=state.cancelled,
            audience=first.audience,
        )
        for offer, state in standing.lines.items()
    ]
