# SPDX-License-Identifier: Apache-2.0
"""What follows from the set of all pact acts is computed anew whenever one comes, so that their order cannot matter."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Model

from hansa.ledger.act import Act
from hansa.pact import rules
from hansa.pact.charter import Charter, read
from hansa.pact.models import (
    CharterVersion,
    Endorsement,
    Founding,
    Member,
    Notice,
    NoticeCancelled,
    Proposal,
    Ratification,
    Vote,
)

_LOCK = 0x70616374  # "pact" in ASCII: any number that no other part takes
PLACE = ("name", "kind", "state", "latitude", "longitude", "population")


def said(act: Act) -> dict[str, object]:
    """Return the columns that every row of what an act said has."""
    return {"digest": act.digest, "author": act.author, "at": act.at, "audience": act.audience}


def terms_of(charter: Charter) -> rules.Terms:
    """Return what the fold needs of a charter."""
    return rules.Terms(
        enough=charter.members.enough, sponsors=charter.members.sponsors, threshold=charter.amendment.threshold,
        open_for=charter.amendment.open_for, notice=charter.withdrawal.notice,
    )  # fmt: skip


def lock() -> None:
    """Wait for other acts about the pact: two at once would each compute without the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def follow() -> None:
    """Write members, versions and ballots as they follow from every act that is known. Call `lock` before writing."""
    league = rules.fold(_events())
    _write_versions(league)
    _write_ballots(league)
    _write_members(league)


def _events() -> Iterator[rules.Event]:
    def base(row) -> dict:
        return {"digest": row.digest, "author": row.author, "at": row.at}

    for founding in Founding.objects.all():
        yield rules.Founded(**base(founding), terms=terms_of(read(founding.text)))
    for ratified in Ratification.objects.all():
        yield rules.Ratified(**base(ratified), charter=ratified.charter)
    for endorsed in Endorsement.objects.all():
        yield rules.Endorsed(**base(endorsed), ratified=endorsed.ratification)
    for proposal in Proposal.objects.all():
        yield rules.Proposed(
            **base(proposal), parent=proposal.parent, round=proposal.round, closes=proposal.closes,
            electorate=frozenset(proposal.electorate), terms=terms_of(read(proposal.text)),
        )  # fmt: skip
    for vote in Vote.objects.all():
        yield rules.Voted(**base(vote), proposal=vote.proposal, yes=vote.choice == "yes")
    for notice in Notice.objects.all():
        yield rules.Noticed(**base(notice), effective=notice.effective)
    for cancelled in NoticeCancelled.objects.all():
        yield rules.Cancelled(**base(cancelled), notice=cancelled.notice)


def _write_versions(league: rules.League) -> None:
    texts = {row.digest: row for row in (*Founding.objects.all(), *Proposal.objects.all())}
    wanted = {version.digest: version for version in league.versions}
    for row in CharterVersion.objects.all():
        # Late votes can give two versions each other's numbers: the row that is in the way goes first.
        if row.digest not in wanted or row.number != wanted[row.digest].number:
            row.delete()
    for digest, version in wanted.items():
        carried = texts[digest]
        values = {"number": version.number, "parent": version.parent, "act": carried.id, "text": carried.text,
                  "since": version.since}  # fmt: skip
        _put(CharterVersion, {"digest": digest}, values, CharterVersion.objects.filter(digest=digest).first())


def _write_ballots(league: rules.League) -> None:
    rows = {row.digest: row for row in Proposal.objects.filter(digest__in=league.ballots)}
    for digest, ballot in league.ballots.items():
        values = {"flaw": ballot.flaw, "closed_at": ballot.closes, "size": ballot.size, "needed": ballot.needed,
                  "yes": sorted(ballot.yes), "no": sorted(ballot.no), "voters": sorted(ballot.voters),
                  "decided_at": ballot.decided}  # fmt: skip
        _put(Proposal, {"digest": digest}, values, rows[digest])


def _write_members(league: rules.League) -> None:
    periods = {period.ratified: period for period in league.memberships}
    latest = {period.member: period for period in league.memberships}
    known = {row.slug: row for row in Member.objects.all()}
    Member.objects.filter(slug__in=known.keys() - latest.keys()).delete()
    for row in Ratification.objects.all():
        period = periods.get(row.digest)
        values = _bounds(period) if period else {"since": None, "until": None, "notice": None}
        _put(Ratification, {"id": row.id}, {**values, "counts": period is not None}, row)
        if period and latest[row.author] is period:
            shown = {name: getattr(row, name) for name in (*PLACE, "charter", "audience")}
            shown |= {"ratification": row.id, "ratified_at": row.at, **values}
            _put(Member, {"slug": row.author}, shown, known.get(row.author))


def _bounds(period: rules.Membership) -> dict[str, object]:
    return {"since": period.since, "until": period.until, "notice": period.notice}


def _put(model: type[Model], key: dict[str, object], values: dict[str, object], row: Model | None) -> None:
    """Write what differs, and nothing when nothing does: most acts change one row out of many."""
    if row is None:
        model._default_manager.create(**key, **values)
    elif any(getattr(row, name) != value for name, value in values.items()):
        model._default_manager.filter(**key).update(**values)
