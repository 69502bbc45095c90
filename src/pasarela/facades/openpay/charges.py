"""Charges, the merchant's and his customers': create by card or wait for a payer, capture, refund, get, list."""

from __future__ import annotations

from pasarela.core.payments.model import CapturePayment, Level, Payment, RefundPayment
from pasarela.facades.openpay import authenticated_charges, confirmed_charges, present
from pasarela.facades.openpay.agreement import agreement_of, demanded
from pasarela.facades.openpay.levels import customer_of, level_of
from pasarela.facades.openpay.payer_address import payer_address
from pasarela.facades.openpay.present_waiting import quoted_fee
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.answers import ChargeAnswer
from pasarela.facades.openpay.wire.authenticated_charges import wants_three_ds
from pasarela.facades.openpay.wire.charges import CaptureBody, ChargeBody, RefundBody
from pasarela.facades.openpay.wire.confirmed_charges import confirm_of
from pasarela.facades.openpay.wire.filters import ChargeFilters
from pasarela.facades.openpay.wire.waiting_charges import METHODS, WaitingChargeBody, method_of
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.mexico_time import today
from pasarela.facades.toolkit.wire import parse_filters
from pasarela.kernel.money import Money


async def create(call: Call[Profile]) -> Reply:
    terms = call.profile.charges
    if terms.waits_elsewhere and method_of(call.json()) in METHODS:
        return await _ask_to_pay(call)
    if (confirm_by := confirm_of(call.json(), terms)) is not None:
        return _reply(call, await confirmed_charges.request(call, confirm_by))
    if wants_three_ds(call.json(), terms):
        return _reply(call, await authenticated_charges.prepare(call))
    command = ChargeBody.parse(demanded(call)).command(
        call.operation_id,
        agreement=agreement_of(call),
        today=today(call.at),
        mode=call.caller.mode,
        client_ip=payer_address(call),
        customer=await customer_of(call),
    )
    payment = await call.services.payments.authorise(call.caller, command)
    return _reply(call, payment)


async def _ask_to_pay(call: Call[Profile]) -> Reply:
    command = WaitingChargeBody.parse(call.json()).command(
        call.operation_id, now=call.at, mode=call.caller.mode, customer=await customer_of(call)
    )
    return _reply(call, await call.services.payments.request(call.caller, command))


async def capture(call: Call[Profile]) -> Reply:
    charge_id, level = call.id("charge_id"), await level_of(call)
    body = CaptureBody.parse(call.json())
    amount = await _in_currency_of(call, charge_id, level, body.amount)
    command = CapturePayment(charge_id, call.operation_id, amount, level)
    return _reply(call, await call.services.payments.capture(call.caller, command))


async def confirm(call: Call[Profile]) -> Reply:
    return _reply(call, await confirmed_charges.confirm(call))


async def cancel(call: Call[Profile]) -> Reply:
    return _reply(call, await confirmed_charges.cancel(call))


async def refund(call: Call[Profile]) -> Reply:
    charge_id, level = call.id("charge_id"), await level_of(call)
    body = RefundBody.parse(call.json())
    amount = await _in_currency_of(call, charge_id, level, body.amount)
    command = RefundPayment(charge_id, call.operation_id, amount, body.description, level)
    await call.services.payments.refund(call.caller, command)
    # Read again: the answer prints this refund and those before it.
    return _reply(call, await call.services.payments.get(call.caller, charge_id, level))


async def get(call: Call[Profile]) -> Reply:
    level = await level_of(call)
    return _reply(call, await call.services.payments.get(call.caller, call.id("charge_id"), level))


async def find(call: Call[Profile]) -> Reply:
    filters = parse_filters(ChargeFilters, call.query())
    wanted = filters.wanted(call.profile, await level_of(call))
    found = await call.services.payments.list(call.caller, wanted, filters.page())
    return Reply(200, present.encode([shown(call, payment) for payment in found]))


def _reply(call: Call[Profile], payment: Payment) -> Reply:
    return Reply(200, present.encode(shown(call, payment)))


def shown(call: Call[Profile], payment: Payment) -> ChargeAnswer:
    """The charge as this merchant sees it."""
    root_url = call.services.base_url + call.profile.mount
    answer = present.charge(payment, call.profile, root_url, call.caller.account)
    if (fee := quoted_fee(payment, call.tenant.tariffs)) is not None:
        answer.fee = present.fee(fee)
    return answer


async def _in_currency_of(call: Call[Profile], charge_id: str, level: Level, minor: int | None) -> Money | None:
    """A bare amount means the charge's own currency; with one currency on offer nobody needs to look."""
    if minor is None:
        return None
    if len(currencies := call.profile.currencies) == 1:
        return Money(minor, next(iter(currencies.values())))
    payment = await call.services.payments.get(call.caller, charge_id, level)
    return Money(minor, payment.amount.currency)
