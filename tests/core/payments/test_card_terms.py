"""What a payment's details tell the network: in every message about it, and in none about another."""

from __future__ import annotations

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.card_terms import CardTerms, card_terms
from pasarela.core.payments.model import CapturePayment, RefundPayment
from pasarela.rails.contract import CardAuthorization
from tests.factories.cards import CREDIT, inline
from tests.factories.payments import World
from tests.fakes.card_rail import ScriptedRail

TERMS = CardTerms("781500", "00000042", interest_by_payer=True, deferred_months=3)


@pytest.mark.parametrize(
    "terms", [TERMS, CardTerms(), CardTerms("781500"), CardTerms(interest_by_payer=True), CardTerms(deferred_months=6)]
)
def test_details_keep_the_terms(terms: CardTerms) -> None:
    assert card_terms(terms.as_details()) == terms


def test_ordinary_terms_leave_no_details() -> None:
    assert CardTerms().as_details() == {}


def test_the_merchant_pays_for_instalments_unless_the_payer_does() -> None:
    assert CardTerms().at_merchants_cost(6) == 6
    assert TERMS.at_merchants_cost(6) is None


async def test_every_message_goes_through_the_affiliation(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    details = TERMS.as_details()
    held = await world.hold(merchant, source=inline(CREDIT), instalments=6, details=details)
    await world.payments.capture(merchant, CapturePayment(held.payment_id, "tr-capture"))
    await world.payments.refund(merchant, RefundPayment(held.payment_id, "tr-refund"))
    dropped = await world.hold(merchant, source=inline(CREDIT), details=details)
    await world.payments.refund(merchant, RefundPayment(dropped.payment_id, "tr-void"))
    await world.sell(merchant, source=inline(CREDIT))

    *through, last = rail.sent
    assert len(through) == 5
    assert {(one.acceptor.merchant_id, one.acceptor.terminal_id) for one in through} == {("781500", "00000042")}
    assert (last.acceptor.merchant_id, last.acceptor.terminal_id) == (merchant.account, "00000001")
    first = through[0]
    assert isinstance(first, CardAuthorization)
    assert isinstance(last, CardAuthorization)
    assert (first.instalments, first.interest_by_payer, first.deferred_months) == (6, True, 3)
    assert (last.instalments, last.interest_by_payer, last.deferred_months) == (None, False, None)
