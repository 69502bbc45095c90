"""Card charges with 3-D Secure: created here, they wait for their payer, whose bank's page is not this module's."""

from __future__ import annotations

from pasarela.core.payments.model import Payment
from pasarela.facades.openpay.agreement import agreement_of, demanded
from pasarela.facades.openpay.levels import customer_of
from pasarela.facades.openpay.payer_address import payer_address
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.authenticated_charges import AuthenticatedChargeBody
from pasarela.facades.toolkit.call import Call
from pasarela.facades.toolkit.mexico_time import today


async def prepare(call: Call[Profile]) -> Payment:
    """The charge, waiting for its payer."""
    command = AuthenticatedChargeBody.parse(demanded(call)).preparation(
        call.operation_id,
        agreement=agreement_of(call),
        now=call.at,
        today=today(call.at),
        mode=call.caller.mode,
        client_ip=payer_address(call),
        customer=await customer_of(call),
    )
    return await call.services.payments.prepare(call.caller, command)
