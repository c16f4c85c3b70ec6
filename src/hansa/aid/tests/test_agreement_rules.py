# SPDX-License-Identifier: Apache-2.0
"""What stands between two parties follows from the set of what they signed, in any order."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hansa.aid.rules import agreements as rules

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
COTS = uuid.UUID(int=1)
D, R = rules.DONOR, rules.REQUESTER


def version(name, quantity, *parents):
    return rules.Version(name, parents, {COTS: Decimal(quantity)})


def sign(number, name, side, minutes=0):
    return rules.Signed(uuid.UUID(int=number), name, side, NOON + timedelta(minutes=minutes))


A, B, C, BOTH = version("a", 400), version("b", 300, "a"), version("c", 350, "a"), version("d", 320, "b", "c")
VERSIONS = {v.hash: v for v in (A, B, C, BOTH)}
ALL = [sign(i * 2 + j, name, side, i * 10 + j) for i, name in enumerate("abcd") for j, side in enumerate((D, R))]


def settle(*names, notices=()):
    signatures = [s for s in ALL if s.hash in names]
    return rules.settle({n: VERSIONS[n] for n in names}, signatures, notices)


def notice(kind, quantity=None, number=90):
    lines = {} if quantity is None else {COTS: Decimal(quantity)}
    return rules.Notice(uuid.UUID(int=number), kind, NOON, NOON, lines)


def test_one_signature_binds_nobody():
    standing = rules.settle({"a": A}, [sign(1, "a", R)])
    assert standing.state == rules.PROPOSED and standing.waiting == {"a": D} and standing.lines == {}


def test_both_signatures_over_the_same_hash_bring_it_into_force_in_either_order():
    for first, second in ((D, R), (R, D)):
        standing = rules.settle({"a": A}, [sign(1, "a", first), sign(2, "a", second, 5)])
        assert standing.state == rules.IN_FORCE and standing.signed_at == NOON + timedelta(minutes=5)


def test_signatures_over_different_hashes_are_no_agreement():
    other = version("x", 399)
    assert rules.settle({"a": A, "x": other}, [sign(1, "a", R), sign(2, "x", D)]).state == rules.PROPOSED


def test_signing_twice_counts_once_and_keeps_the_first_time():
    standing = rules.settle({"a": A}, [sign(1, "a", D), sign(2, "a", R, 5), sign(3, "a", R, 60)])
    assert standing.signed_at == NOON + timedelta(minutes=5)


def test_an_amendment_signed_by_one_side_changes_nothing_yet():
    standing = rules.settle({"a": A, "b": B}, [*ALL[:2], sign(9, "b", D, 30)])
    assert standing.hashes == ("a",) and standing.waiting == {"b": R}
    assert standing.lines[COTS].granted == 400


def test_an_amendment_signed_by_both_replaces_its_parent():
    standing = settle("a", "b")
    assert standing.hashes == ("b",) and standing.lines[COTS].granted == 300


def test_two_successors_are_a_conflict_in_which_only_what_both_grant_counts():
    standing = settle("a", "b", "c")
    assert standing.state == rules.CONFLICT and standing.hashes == ("b", "c")
    assert standing.lines[COTS].granted == 300


def test_a_version_naming_both_successors_resolves_the_conflict():
    standing = settle("a", "b", "c", "d")
    assert standing.state == rules.IN_FORCE and standing.hashes == ("d",) and standing.lines[COTS].granted == 320


@given(st.permutations(ALL), st.permutations([notice(rules.RECALL, 50), notice(rules.CANCELLATION, 60, 91)]))
def test_any_order_of_signatures_and_notices_settles_alike(signatures, notices):
    expected = settle("a", "b", "c", "d", notices=[notice(rules.RECALL, 50), notice(rules.CANCELLATION, 60, 91)])
    versions = {s.hash: VERSIONS[s.hash] for s in signatures}
    assert rules.settle(versions, signatures, notices) == expected


@given(st.lists(st.sampled_from(ALL)))
def test_any_duplication_settles_as_the_set_does(signatures):
    versions = {s.hash: VERSIONS[s.hash] for s in signatures}
    once = sorted(set(signatures), key=lambda s: s.act)
    assert rules.settle(versions, signatures) == rules.settle(versions, once)


def test_a_recall_of_everything_ends_the_agreement():
    assert settle("a", notices=[notice(rules.RECALL)]).state == rules.RECALLED
    assert settle("a", notices=[notice(rules.CANCELLATION)]).state == rules.CANCELLED


def test_a_recall_of_a_part_leaves_the_rest_in_force():
    standing = settle("a", notices=[notice(rules.RECALL, 150)])
    assert standing.state == rules.IN_FORCE and standing.lines[COTS].recalled == 150


def test_an_early_release_takes_no_quantity_back():
    assert settle("a", notices=[notice(rules.RELEASE)]).lines[COTS] == rules.LineState(Decimal(400))


def test_the_consequence_of_a_recall_says_what_it_cannot_reach():
    found = rules.consequences({COTS: rules.LineState(Decimal(400))}, {COTS: Decimal(300)}, {COTS: Decimal(250)})
    assert found == [rules.Consequence(COTS, Decimal(100), Decimal(150))]


def test_an_agreement_has_the_id_that_its_first_terms_give_it():
    assert rules.agreement_id("ab" * 32) == rules.agreement_id("ab" * 32) != rules.agreement_id("cd" * 32)
