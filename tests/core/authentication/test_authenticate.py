"""`start`, `conclude` and results: a payment goes on as its payer's issuer says, once."""

from __future__ import annotations

import asyncio

import pytest

from pasarela.core.authentication.errors import NothingToAuthenticate, StillAuthenticating
from pasarela.core.authentication.model import Challenge, Terms
from pasarela.core.authentication.rules import PROCEED, UNAVAILABLE_SETTING
from pasarela.core.context import Caller, Mode
from pasarela.core.payments.errors import PaymentDeclined, UnknownPayment
from pasarela.core.payments.model import Payment, PaymentStatus, SavedSource
from pasarela.core.payments.waiting import PayWaiting
from pasarela.core.tenants.model import NewTenant
from pasarela.kernel.decline import Decline
from pasarela.kernel.points import PointsUse
from pasarela.rails.authentication import TransStatus
from pasarela.rails.contract import CardAuthorization, Declined
from tests.factories.authentications import RETURN_URL, Payers
from tests.factories.cards import CREDIT, MASTERCARD, card, inline
from tests.factories.payments import failures
from tests.factories.tables import rows, until
from tests.fakes.issuer import ACS_URL, CAVV, DS_TRANS_ID

Y, A, N, R, U = TransStatus

TRIES = "SELECT try_id, status, authentication FROM payment_tries WHERE payment_id = $1 ORDER BY number"


def sent(payers: Payers) -> CardAuthorization:
    """The only message on the card rail."""
    [request] = payers.rail.sent
    assert isinstance(request, CardAuthorization)
    return request


async def challenged(payers: Payers, merchant: Caller, payment: Payment) -> Challenge:
    payers.issuer.will(None)
    challenge = await payers.start(merchant, payment)
    assert isinstance(challenge, Challenge)
    return challenge


async def test_who_is_authenticated_at_once_is_charged_at_once(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant)
    paid = await payers.start(merchant, payment)

    assert isinstance(paid, Payment)
    assert (paid.status, payers.rail.charged) == (PaymentStatus.COMPLETED, 10_000)
    [asked] = payers.issuer.asked
    assert (asked.card.pan.reveal(), asked.card.cvv, asked.return_url) == ("4111111111111111", None, RETURN_URL)
    assert (asked.amount, asked.acceptor.merchant_id) == (payment.amount, merchant.account)
    request = sent(payers)
    assert (request.eci, request.cavv, request.ds_trans_id) == ("05", CAVV, DS_TRANS_ID)
    assert (request.authentication_version, request.card.cvv is not None) == ("2.2.0", True)
    [tried] = await rows(payers.world.database, TRIES, payment.payment_id)
    assert (tried["try_id"], tried["status"], CAVV in tried["authentication"]) == ("1", "completed", True)


async def test_a_hold_is_authenticated_too(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant, capture=False)
    held = await payers.start(merchant, payment)

    assert isinstance(held, Payment)
    assert (held.status, payers.rail.held, payers.rail.charged) == (PaymentStatus.AUTHORIZED, 10_000, 0)


async def test_an_attempt_proceeds_with_its_own_indicator(payers: Payers, merchant: Caller) -> None:
    payers.issuer.will(A)
    await payers.start(merchant, await payers.prepared(merchant))

    assert (sent(payers).eci, sent(payers).cavv) == ("06", CAVV)


@pytest.mark.parametrize("status", [N, R, U])
async def test_who_is_not_authenticated_is_declined_and_nothing_is_sent(
    payers: Payers, merchant: Caller, status: TransStatus
) -> None:
    payers.issuer.will(status)
    payment = await payers.prepared(merchant)

    with pytest.raises(PaymentDeclined) as caught:
        await payers.start(merchant, payment)

    assert caught.value.decline is Decline.AUTHENTICATION_FAILED
    declined = await payers.world.get(merchant, payment)
    assert (declined.status, declined.decline) == (PaymentStatus.DECLINED, Decline.AUTHENTICATION_FAILED)
    assert payers.rail.sent == []
    assert await payers.world.events(merchant, payment.payment_id) == ["payment.requested", "payment.declined"]


async def test_a_merchant_may_choose_to_go_on_when_nobody_could_say(payers: Payers) -> None:
    new = NewTenant("openpay", "Tienda", account=payers.world.fresh("m"), settings={UNAVAILABLE_SETTING: PROCEED})
    tenant = (await payers.world.register(new)).tenant
    bold = Caller(tenant.tenant_id, tenant.api, tenant.account, tenant.name, Mode.TEST, "test")
    payers.issuer.will(U)
    paid = await payers.start(bold, await payers.prepared(bold))

    assert isinstance(paid, Payment)
    assert (paid.status, sent(payers).eci, sent(payers).cavv) == (PaymentStatus.COMPLETED, "07", None)


async def test_a_challenge_waits_for_the_issuers_word(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant)
    challenge = await challenged(payers, merchant, payment)
    assert challenge.acs_url == ACS_URL

    assert await payers.start(merchant, payment) == challenge
    assert (await payers.conclude(merchant, payment)).status is PaymentStatus.PENDING
    assert (payers.rail.sent, len(payers.issuer.asked)) == ([], 1)

    assert await payers.issuer.tell(Y)
    paid = await payers.conclude(merchant, payment)

    assert (paid.status, sent(payers).cavv, sent(payers).card.cvv is not None) == (PaymentStatus.COMPLETED, CAVV, True)
    assert await payers.conclude(merchant, payment) == paid
    assert len(payers.rail.sent) == 1


async def test_a_decline_after_the_challenge_is_shown_as_that(payers: Payers, merchant: Caller) -> None:
    payers.rail.will(Declined(Decline.INSUFFICIENT_FUNDS, "51"))
    payment = await payers.prepared(merchant)
    await challenged(payers, merchant, payment)
    await payers.issuer.tell(Y)

    with pytest.raises(PaymentDeclined) as caught:
        await payers.conclude(merchant, payment)

    assert (caught.value.decline, caught.value.payment.status) == (
        Decline.INSUFFICIENT_FUNDS,
        PaymentStatus.DECLINED,
    )


async def test_a_failed_challenge_declines(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant)
    await challenged(payers, merchant, payment)
    await payers.issuer.tell(N)

    for _ in range(2):
        with pytest.raises(PaymentDeclined):
            await payers.conclude(merchant, payment)
    assert payers.rail.sent == []


async def test_a_payment_goes_on_although_nobody_comes_back(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant)
    await challenged(payers, merchant, payment)
    await payers.issuer.tell(Y)
    assert payers.rail.sent == []

    assert failures(await payers.run_due(seconds=15)) == []

    assert (await payers.world.get(merchant, payment)).status is PaymentStatus.COMPLETED
    assert payers.rail.charged == 10_000


async def test_who_just_went_away_may_come_again(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant)
    await challenged(payers, merchant, payment)
    await payers.issuer.tell(N, cancelled="05")
    assert (await payers.conclude(merchant, payment)).status is PaymentStatus.PENDING
    assert failures(await payers.run_due(minutes=20)) == []

    paid = await payers.start(merchant, payment)

    assert isinstance(paid, Payment)
    assert (paid.status, len(payers.issuer.asked)) == (PaymentStatus.COMPLETED, 2)
    assert sent(payers).card.cvv is None  # it has been forgotten meanwhile


async def test_a_challenge_that_nobody_ended_is_followed_by_another(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant)
    first = await challenged(payers, merchant, payment)
    await payers.run_due(minutes=16)

    assert await challenged(payers, merchant, payment) != first


async def test_who_never_comes_back_lets_his_payment_lapse(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant)
    await challenged(payers, merchant, payment)
    await payers.run_due(hours=24)
    assert (await payers.world.get(merchant, payment)).status is PaymentStatus.EXPIRED

    assert await payers.issuer.tell(Y)  # too late
    assert failures(await payers.run_due(minutes=1)) == []

    assert (await payers.conclude(merchant, payment)).status is PaymentStatus.EXPIRED
    assert payers.rail.sent == []


async def test_a_result_with_other_ids_is_nobodys(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant)
    await challenged(payers, merchant, payment)

    assert not await payers.issuer.tell(Y, ds_trans_id="8a880dc0-d2d2-4067-bcb1-b08d1690b26e")
    assert (await payers.conclude(merchant, payment)).status is PaymentStatus.PENDING


async def test_the_first_result_counts(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant)
    await challenged(payers, merchant, payment)
    assert await payers.issuer.tell(N)
    assert await payers.issuer.tell(Y)

    with pytest.raises(PaymentDeclined):
        await payers.conclude(merchant, payment)


async def test_the_terms_of_the_preparation_hold(payers: Payers, merchant: Caller) -> None:
    terms = Terms(instalments=6, points=PointsUse.MIXED, client_ip="192.0.2.1")
    payment = await payers.authentication.prepare(merchant, payers.preparing(inline(CREDIT), terms))
    await payers.start(merchant, payment)

    assert (payers.issuer.asked[0].instalments, sent(payers).instalments) == (6, 6)
    assert sent(payers).points is PointsUse.MIXED


async def test_a_token_pays_with_the_code_that_came_with_it(payers: Payers, merchant: Caller) -> None:
    token = await payers.world.token(merchant, card(MASTERCARD))
    await payers.start(merchant, await payers.prepared(merchant, SavedSource(token)))

    assert sent(payers).card.pan.reveal() == MASTERCARD
    assert sent(payers).card.cvv is not None


async def test_nothing_is_asked_about_a_payment_without_a_card_or_of_somebody_else(
    payers: Payers, merchant: Caller
) -> None:
    with pytest.raises(NothingToAuthenticate):
        await payers.start(merchant, await payers.on_page(merchant))
    payment, stranger = await payers.prepared(merchant), await payers.world.merchant()
    with pytest.raises(UnknownPayment):
        await payers.start(stranger, payment)
    with pytest.raises(UnknownPayment):
        await payers.conclude(stranger, payment)
    assert payers.issuer.asked == []


async def test_on_a_page_a_payer_has_another_try(payers: Payers, merchant: Caller) -> None:
    payment = await payers.on_page(merchant)
    payers.issuer.will(N)
    with pytest.raises(PaymentDeclined) as caught:
        await payers.start(merchant, payment, PayWaiting(payment.payment_id, "page-1", inline()))
    assert (caught.value.payment.status, caught.value.payment.tries) == (PaymentStatus.PENDING, 1)

    paid = await payers.start(merchant, payment, PayWaiting(payment.payment_id, "page-2", inline(MASTERCARD)))

    assert isinstance(paid, Payment)
    assert (paid.status, sent(payers).card.pan.reveal()) == (PaymentStatus.COMPLETED, MASTERCARD)


async def test_of_a_form_posted_twice_one_asks(payers: Payers, merchant: Caller) -> None:
    payment = await payers.on_page(merchant)
    command = PayWaiting(payment.payment_id, "page-1", inline())
    payers.issuer.will(None)
    first = await payers.start(merchant, payment, command)

    assert await payers.start(merchant, payment, command) == first
    assert len(payers.issuer.asked) == 1


async def test_while_the_issuer_is_asked_nobody_else_asks(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant)
    payers.issuer.open.clear()
    payers.issuer.will(None)

    async def is_asked() -> bool:
        return len(payers.issuer.asked) == 1

    first = asyncio.create_task(payers.start(merchant, payment))
    await until(is_asked)
    with pytest.raises(StillAuthenticating):
        await payers.start(merchant, payment)
    payers.issuer.open.set()

    assert isinstance(await first, Challenge)
    assert len(payers.issuer.asked) == 1


async def test_a_question_whose_asker_died_is_asked_again(payers: Payers, merchant: Caller) -> None:
    payment = await payers.prepared(merchant)
    payers.issuer.open.clear()

    async def is_asked() -> bool:
        return len(payers.issuer.asked) == 1

    dying = asyncio.create_task(payers.start(merchant, payment))
    await until(is_asked)
    dying.cancel()
    await asyncio.wait({dying})
    payers.issuer.open.set()
    with pytest.raises(StillAuthenticating):
        await payers.start(merchant, payment)

    payers.world.clock.advance(seconds=30)
    paid = await payers.start(merchant, payment)

    assert isinstance(paid, Payment)
    assert (paid.status, payers.rail.charged) == (PaymentStatus.COMPLETED, 10_000)
