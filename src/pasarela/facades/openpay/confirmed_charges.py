"""Card charges that their payers confirm: create one, confirm it by token, cancel what nobody has paid."""

from __future__ import annotations

from dataclasses import replace

from pasarela.core.authentication.model import PrepareCard, Terms
from pasarela.core.payments.model import ConfirmBy, Payment, PaymentStatus, RefundPayment, SavedSource
from pasarela.core.payments.waiting import CancelWaiting, PayWaiting
from pasarela.facades.openpay.agreement import DIRECT_CHARGES, agreement_of, demanded
from pasarela.facades.openpay.levels import customer_of, level_of
from pasarela.facades.openpay.payer_address import payer_address
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.confirmed_charges import ConfirmBody, ConfirmedChargeBody
from pasarela.facades.toolkit.call import Call
from pasarela.facades.toolkit.fields import RULE_CHOICE
from pasarela.facades.toolkit.refusals import WrongValue


async def request(call: Call[Profile], confirm: ConfirmBy) -> Payment:
    """The charge, waiting for its payer."""
    command = ConfirmedChargeBody.parse(demanded(call)).request(
        call.operation_id,
        confirm,
        agreement=agreement_of(call),
        now=call.at,
        ids=call.services.ids,
        customer=await customer_of(call),
    )
    return await call.services.payments.request(call.caller, command)


async def confirm(call: Call[Profile]) -> Payment:
    """The charge, paid with the token. One with 3-D Secure waits on for its payer, whom his bank asks, where the
    provider has calls for that; else its place is on the page only."""
    charge_id, terms = call.id("charge_id"), call.profile.charges
    if terms.by_permission:
        agreement_of(call).permit(DIRECT_CHARGES, "token_id")
    command = ConfirmBody.parse(call.json()).command(charge_id, call.operation_id, terms.plans, payer_address(call))
    waiting = await call.services.payments.get(call.caller, charge_id, await level_of(call))
    if waiting.details.get("use_3d_secure") and terms.three_ds:
        return await _at_bank(call, command)
    if waiting.details.get("use_3d_secure"):
        raise WrongValue(RULE_CHOICE, "use_3d_secure", "of this charge is true: its payer confirms it on its page")
    return await call.services.payments.pay_waiting(call.caller, command)


async def _at_bank(call: Call[Profile], command: PayWaiting) -> Payment:
    """The charge as its payer finds it: with the card, at the address that leads to his bank."""
    assert isinstance(command.source, SavedSource), "tokens and saved cards confirm charges"
    terms = Terms(
        instalments=command.instalments,
        device_session_id=command.device_session_id,
        client_ip=command.client_ip,
        details=command.details,
    )
    prepared = PrepareCard(command.payment_id, command.try_id, command.source, terms)
    payment = await call.services.payments.prepare_waiting(call.caller, prepared)
    return replace(payment, confirm=ConfirmBy.THREE_D_SECURE)


async def cancel(call: Call[Profile]) -> Payment:
    """The charge, cancelled: it waited for its payer, or was only authorised."""
    charge_id, level = call.id("charge_id"), await level_of(call)
    found = await call.services.payments.get(call.caller, charge_id, level)
    if found.status is PaymentStatus.AUTHORIZED:
        await call.services.payments.refund(call.caller, RefundPayment(charge_id, call.operation_id, level=level))
        return await call.services.payments.get(call.caller, charge_id, level)
    return await call.services.payments.cancel_waiting(call.caller, CancelWaiting(charge_id, level))
