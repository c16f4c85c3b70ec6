# SPDX-License-Identifier: Apache-2.0
"""Agreements: signed by both over the same bytes, changed by both, recalled and cancelled by one."""

from dataclasses import replace
from decimal import Decimal

import pytest
import time_machine

from hansa import ledger
from hansa.aid.actions import agreement as actions
from hansa.aid.actions import notice as notices
from hansa.aid.actions import offer as offers
from hansa.aid.actions.agreement import Acceptance, Change
from hansa.aid.models import Agreement, AgreementLine, AgreementNotice, Signature
from hansa.aid.queries import agreement as queries
from hansa.aid.queries.balance import activation_balances, balance_violations
from hansa.aid.rules import agreements as rules
from hansa.aid.tests.league import ask, later, wanted
from hansa.aid.tests.path import accept, agree, countersign, freight, offer_on, reload, send
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.duty.models import Duty

pytestmark = pytest.mark.django_db


def amend(league, agreement, quantity, by, **more):
    offer = AgreementLine.objects.filter(agreement=agreement).values_list("offer", flat=True).first()
    change = Change("scope", quantities={offer: Decimal(quantity)}, **more)
    return actions.amend_agreement(agreement, change, actor=by)


def only_balance(league):
    with member_scope("chicago-il"):
        assert balance_violations() == []
        [line] = activation_balances(league.activation.id)
        return line.balance


def test_an_accepted_offer_binds_nobody_until_the_donor_signs_the_same_hash(league):
    offer = offer_on(ask(league), league.oakland, costs=freight())
    agreement = accept(league, offer)
    assert agreement.state == rules.PROPOSED and agreement.hashes == []
    signed = countersign(league, agreement)
    assert signed.state == rules.IN_FORCE and len(signed.hashes) == 1
    with member_scope("portland-or"):
        assert {s.hash for s in Signature.objects.all()} == set(signed.hashes)
        assert AgreementLine.objects.get().granted == 400


def test_the_terms_name_cost_rule_clause_and_cap(league):
    offer = offer_on(ask(league), league.oakland, costs=freight())
    terms = queries.read_terms(accept(league, offer, 100).document)
    assert (terms.who_pays, terms.receiving_percent, terms.clause) == ("receiving", 100, "6.1")
    assert (terms.total, terms.cap, terms.requester_pays) == (Decimal("300.00"), Decimal("300.00"), Decimal("300.00"))


def test_a_part_of_an_offer_leaves_the_rest_waiting(league):
    offer = offer_on(ask(league), league.oakland)
    agree(league, offer, 150)
    found = only_balance(league)
    assert (found.promised, found.waiting, found.open) == (150, 250, 250)


@pytest.mark.parametrize(("quantity", "words"), [(0, "zero or less"), (-5, "zero or less"), (401, "400 cots are left")])
def test_a_quantity_that_cannot_be_is_refused_and_changes_nothing(league, quantity, words):
    offer = offer_on(ask(league), league.oakland)
    with pytest.raises(Invalid, match=words):
        accept(league, offer, quantity)
    with member_scope("chicago-il"):
        assert not Agreement.objects.exists()


def test_quantities_beyond_the_offer_are_refused_by_every_node(league):
    offer = offer_on(ask(league), league.oakland)
    with member_scope("chicago-il"):
        terms = actions.draft_terms(offer, Decimal(100), seed=new_id())
        more = terms.model_copy(update={"lines": (terms.lines[0].model_copy(update={"quantity": Decimal(401)}),)})
        body = actions.AgreementSigned(hash=more.hash, terms=more)
        with pytest.raises(Refused, match="400 cots"):
            ledger.submit(league.chicago, body, refs=(offer.id, offer.line_id))


def test_a_hash_of_other_terms_is_refused(league):
    offer = offer_on(ask(league), league.oakland)
    with member_scope("chicago-il"):
        terms = actions.draft_terms(offer, Decimal(100), seed=new_id())
        body = actions.AgreementSigned(hash="0" * 64, terms=terms)
        with pytest.raises(Refused, match="hash"):
            ledger.submit(league.chicago, body, refs=(offer.id, offer.line_id))


def test_a_third_member_signs_nothing(league):
    offer = offer_on(ask(league), league.oakland)
    agreement = accept(league, offer)
    with member_scope("portland-or"), pytest.raises(Refused, match="Only the donor and the requester"):
        actions.sign_version(agreement, next(iter(agreement.waiting)), actor=league.portland)


def test_the_refusal_names_the_offices_that_could_sign(league):
    offer = offer_on(ask(league), league.oakland)
    clerk = Actor(new_id(), "chicago-il", "public-information", "Exercise clerk", ("public-information",))
    with member_scope("chicago-il"), pytest.raises(Refused) as caught:
        actions.accept_offer(Acceptance(offer.id, Decimal(1)), actor=clerk, at=clock.now())
    assert "chief-executive" in caught.value.verdict.who


def test_the_same_form_sent_twice_is_one_agreement(league):
    offer = offer_on(ask(league), league.oakland)
    key = new_id()
    assert accept(league, offer, 100, id=key).id == accept(league, offer, 100, id=key).id
    with member_scope("chicago-il"):
        assert Signature.objects.count() == 1


def test_two_tabs_do_not_accept_the_same_units_twice(league):
    offer = offer_on(ask(league), league.oakland)
    accept(league, offer)
    with pytest.raises(Invalid, match="signed for part of this offer already"):
        accept(league, offer)


def test_a_donor_does_not_countersign_more_than_it_offered(league):
    line = ask(league)
    offer = offer_on(line, league.oakland)
    first = accept(league, offer, 300)
    with member_scope("chicago-il"):
        offers.decline_offer(offer, reason="covered", quantity=Decimal(200), actor=league.chicago, at=clock.now())
    with pytest.raises(Invalid, match="200 cots are left"):
        countersign(league, first)


def test_a_withdrawn_or_expired_offer_cannot_be_accepted(league):
    line = ask(league)
    gone, old = offer_on(line, league.oakland), offer_on(line, league.portland)
    with member_scope("oakland-ca"):
        offers.withdraw_offer(gone, reason="Fire at home", actor=league.oakland, at=clock.now())
    with pytest.raises(Invalid, match="withdrew"):
        accept(league, gone)
    with time_machine.travel(later(hours=41)), pytest.raises(Invalid, match="no longer firm"):
        accept(league, old)


def test_forty_offers_are_accepted_at_once_all_or_none(league):
    listed = [offer_on(ask(league, wanted(quantity=n)), league.oakland, n) for n in range(1, 41)]
    wanted_all = [Acceptance(o.id, o.quantity) for o in listed]
    with member_scope("chicago-il"):
        broken = [*wanted_all[:-1], replace(wanted_all[-1], quantity=Decimal(99))]
        with pytest.raises(Invalid):
            actions.accept_offers(broken, actor=league.chicago, at=clock.now())
        assert not Agreement.objects.exists()
        made = actions.accept_offers(wanted_all, actor=league.chicago, at=clock.now())
        assert len({act.body.terms.id for act in made}) == 40
    with member_scope("oakland-ca"):
        waiting = queries.waiting_for("oakland-ca")
        signed = actions.sign_versions([(a, h, None) for a, h in waiting], actor=league.oakland)
        assert len(signed) == 40
        assert set(Agreement.objects.values_list("state", flat=True)) == {rules.IN_FORCE}


def test_an_amendment_stands_once_both_signed_and_keeps_the_old_terms_until_then(league):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    with member_scope("oakland-ca"):
        amend(league, agreement, 250, league.oakland)
    pending = reload(agreement)
    assert only_balance(league).promised == 400 and list(pending.waiting.values()) == [rules.REQUESTER]
    with member_scope("chicago-il"):
        actions.sign_version(pending, next(iter(pending.waiting)), actor=league.chicago)
    assert reload(agreement).state == rules.IN_FORCE
    assert only_balance(league).promised == 250


def test_two_successors_are_a_conflict_that_a_version_naming_both_resolves(league):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    hashes = []
    for quantity in (250, 300):
        with member_scope("oakland-ca"):
            hashes.append(amend(league, agreement, quantity, league.oakland).body.hash)
    for hash in hashes:
        with member_scope("chicago-il"):
            actions.sign_version(reload(agreement), hash, actor=league.chicago)
    torn = reload(agreement)
    assert torn.state == rules.CONFLICT and set(torn.hashes) == set(hashes)
    assert only_balance(league).promised == 250
    with member_scope("chicago-il"):
        resolved = amend(league, torn, 275, league.chicago)
        assert set(resolved.body.terms.parents) == set(hashes)
    with member_scope("oakland-ca"):
        actions.sign_version(reload(agreement), resolved.body.hash, actor=league.oakland)
    assert reload(agreement).hashes == [resolved.body.hash]
    assert only_balance(league).promised == 275


def test_an_amendment_that_changes_nothing_is_refused(league):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    with member_scope("oakland-ca"), pytest.raises(Invalid, match="Nothing is different"):
        amend(league, agreement, 400, league.oakland)


def test_a_declined_amendment_waits_no_longer_and_says_why(league):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    with member_scope("oakland-ca"):
        hash = amend(league, agreement, 250, league.oakland).body.hash
    with member_scope("chicago-il"):
        with pytest.raises(Invalid, match="reads why"):
            notices.answer_amendment(agreement, hash, actor=league.chicago, declined=True)
        notices.answer_amendment(agreement, hash, actor=league.chicago, declined=True, note="We need all of them")
        assert queries.waiting_for("chicago-il") == []
        version = next(v for v in queries.case(reload(agreement)).versions if v.hash == hash)
        assert version.declined.note == "We need all of them"


def test_an_extension_is_an_amendment_with_a_later_end(league):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    with member_scope("chicago-il"):
        change = Change("extension", ends=later(days=40))
        act = actions.amend_agreement(agreement, change, actor=league.chicago)
    with member_scope("oakland-ca"):
        actions.sign_version(reload(agreement), act.body.hash, actor=league.oakland)
    assert reload(agreement).ends == act.body.terms.ends > agreement.ends


def test_a_recall_is_always_possible_and_opens_the_need_again(league):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    with member_scope("oakland-ca"):
        notices.recall_agreement(agreement, "Fire at home", actor=league.oakland, at=clock.now())
    assert reload(agreement).state == rules.RECALLED
    found = only_balance(league)
    assert (found.recalled, found.promised, found.open) == (400, 0, 400)


def test_a_recall_after_shipping_reaches_only_what_was_not_sent(league):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    send(league, agreement, 300)
    with member_scope("oakland-ca"):
        notices.recall_agreement(agreement, "Fire at home", actor=league.oakland, at=clock.now())
    found = only_balance(league)
    assert (found.recalled, found.in_transit, found.open) == (100, 300, 100)


def test_only_the_donor_recalls_and_only_the_requester_cancels(league):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    with member_scope("chicago-il"), pytest.raises(Refused, match="Only the donor recalls"):
        notices.recall_agreement(agreement, "x", actor=league.chicago, at=clock.now())
    with member_scope("oakland-ca"), pytest.raises(Refused, match="Only the requester"):
        notices.cancel_agreement(agreement, "x", actor=league.oakland, at=clock.now())


def test_a_partial_cancellation_leaves_the_rest_in_force(league):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    offer = agreement_offer(agreement)
    with member_scope("chicago-il"):
        notices.cancel_agreement(
            agreement, "Found some", actor=league.chicago, at=clock.now(), lines={offer: Decimal(150)}
        )
    assert reload(agreement).state == rules.IN_FORCE
    assert (only_balance(league).cancelled, only_balance(league).promised) == (150, 250)


def agreement_offer(agreement):
    with member_scope("chicago-il"):
        return agreement.lines.get().offer


@pytest.mark.parametrize(("units", "words"), [(Decimal(-1), "below zero"), (Decimal(401), "more than was agreed")])
def test_a_notice_of_units_that_were_not_agreed_is_refused(league, units, words):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    offer = agreement_offer(agreement)
    with member_scope("oakland-ca"), pytest.raises(Invalid, match=words):
        notices.recall_agreement(agreement, "x", actor=league.oakland, at=clock.now(), lines={offer: units})


def test_a_late_acknowledgement_is_taken_and_shows_how_late(league):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    with member_scope("oakland-ca"):
        notices.recall_agreement(agreement, "Fire at home", actor=league.oakland, at=clock.now())
    with time_machine.travel(later(hours=6)), member_scope("chicago-il"):
        notice = AgreementNotice.objects.get()
        first = notices.acknowledge_notice(notice, actor=league.chicago)
        assert notices.acknowledge_notice(notice, actor=league.chicago).id == first.id
        [seen] = queries.case(reload(agreement)).notices
        assert 1.9 < seen.clock.late_by(clock.now()).total_seconds() / 3600 < 2.1


def test_who_gave_a_notice_does_not_acknowledge_it(league):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    with member_scope("oakland-ca"):
        notices.recall_agreement(agreement, "Fire at home", actor=league.oakland, at=clock.now())
        with pytest.raises(Refused, match="other party"):
            notices.acknowledge_notice(AgreementNotice.objects.get(), actor=league.oakland)


def test_the_donor_is_told_to_sign_and_the_duty_ends_with_the_signature(league):
    agreement = accept(league, offer_on(ask(league), league.oakland))
    with member_scope("oakland-ca"):
        duty = Duty.objects.get(kind="aid.sign")
        assert duty.done_at is None and duty.due_at is not None
    countersign(league, agreement)
    with member_scope("oakland-ca"):
        assert Duty.objects.get(kind="aid.sign").done_at is not None
        assert Duty.objects.get(kind="aid.send").done_at is None
