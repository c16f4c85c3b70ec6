# SPDX-License-Identifier: Apache-2.0
"""What a node shows of an act is proven against its leaf: a text that was changed in the database is found."""

import psycopg
import pytest

from hansa import ledger
from hansa.core.rls import member_scope
from hansa.ledger.proving import Proof, prove
from hansa.ledger.tests.founding import found
from hansa.ledger.tests.notes import NoteWritten
from hansa.ledger.tests.test_lost_keys import OAKLAND, PORTLAND, lose

pytestmark = pytest.mark.django_db(transaction=True)


def proofs() -> dict[tuple[str, int], Proof]:
    return {(one.origin, one.index): one.proof for one in prove()}


def test_a_text_that_was_changed_where_it_lies_is_found_whether_sealed_or_public(admin_url):
    seat, _ = found(OAKLAND, PORTLAND)
    with member_scope(OAKLAND):
        sealed = ledger.submit(seat.actor, NoteWritten(text="EXERCISE sealed"))
        public = ledger.submit(seat.actor, NoteWritten(text="EXERCISE public"), audience=ledger.PUBLIC)
    before = proofs()
    assert len(before) > 2 and set(before.values()) == {Proof.PROVEN}
    with psycopg.connect(admin_url) as owner:
        owner.execute(
            "UPDATE ledger_loggedact SET tail = convert_to(replace(convert_from(tail, 'UTF8'), 'EXERCISE', 'PRACTICE'),"
            " 'UTF8') WHERE id = ANY(%s)", [[sealed.id, public.id]],
        )  # fmt: skip
    after = proofs()
    false = {index for (_origin, index), proof in after.items() if proof == Proof.FALSE}
    assert false == {sealed.index, public.index} and len(after) == len(before)


def test_what_no_key_opens_any_more_is_counted_and_not_called_false():
    seats = found(OAKLAND, PORTLAND)
    with member_scope(OAKLAND):
        act = ledger.submit(seats[0].actor, NoteWritten(text="EXERCISE sealed"))
    for member in (OAKLAND, PORTLAND):
        lose(member)
    counted = proofs()
    assert counted.pop((f"hansa/{act.league}/{OAKLAND}", act.index)) == Proof.SHUT
    assert Proof.FALSE not in counted.values()
