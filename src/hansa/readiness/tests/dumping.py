# SPDX-License-Identifier: Apache-2.0
"""What a dump of the database holds of sealed acts before and after they are purged: every word, in every table."""

import json
import subprocess
from collections.abc import Iterator

from hansa import ledger
from hansa.config.binaries import find_binaries
from hansa.core.rls import node_scope
from hansa.ledger.models import LoggedAct, SealedBody, Wrap

# An account has its person's name of its own: the member wrote it there before it told the league.
OWN = {"public.people_account"}


def dump(url: str) -> str:
    """Every row of every table, as `pg_dump` writes it; JSON as text, bytes in hexadecimal."""
    program = find_binaries() / "pg_dump"
    made = subprocess.run([str(program), "--data-only", url], capture_output=True, text=True, check=True)  # noqa: S603
    return made.stdout


def words(value) -> Iterator[str]:
    """Every text in a JSON value that somebody wrote: two words or more."""
    match value:
        case str() if len(value) >= 12 and " " in value.strip():
            yield value
        case dict():
            for inner in value.values():
                yield from words(inner)
        case list():
            for inner in value:
                yield from words(inner)


def said(rows) -> set[str]:
    return {word for row in rows for word in words(json.loads("{" + bytes(row.tail).decode())["body"])}


def found_in(dumped: str, marks: set[str]) -> dict[str, set[str]]:
    """The marks that a dump holds, by table: plain, as JSON writes them, and as bytes."""
    forms = {form: mark for mark in marks for form in
             (mark, json.dumps(mark)[1:-1], json.dumps(json.dumps(mark))[3:-3], mark.encode().hex())}  # fmt: skip
    hits: dict[str, set[str]] = {}
    for part in dumped.split("\nCOPY ")[1:]:
        table = part.split(" ", 1)[0]
        if table in OWN:
            continue
        for form, mark in forms.items():
            if form in part:
                hits.setdefault(table, set()).add(mark)
    return hits


def purge_and_look(url: str) -> tuple[set[str], dict[str, set[str]]]:
    """Purge every sealed act; return the tables that held their words before, and what is found of them after."""
    with node_scope():
        sealed = LoggedAct.objects.exclude(audience="public")
        marks = said(sealed) - said(LoggedAct.objects.filter(audience="public"))
        ids = list(sealed.values_list("id", flat=True))
    before = set(found_in(dump(url), marks))
    ledger.purge(ids)
    with node_scope():
        assert not SealedBody.objects.exists() and not Wrap.objects.exists()
    return before, found_in(dump(url), marks)
