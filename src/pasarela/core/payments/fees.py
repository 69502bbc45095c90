"""What a payment costs its merchant, by the tenant's tariff, remembered for seconds."""

from __future__ import annotations

from pasarela.core.payments.card_terms import card_terms
from pasarela.core.payments.model import ChargedFee, Payment
from pasarela.core.tenants.model import Tariff
from pasarela.core.tenants.queries import Tenants
from pasarela.core.tenants.rules import fee_for, tariff_for
from pasarela.infra.cache import Recent
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Tx
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Money

TARIFFS_IN_MEMORY = 10_000
TARIFF_SECONDS_MAX = 5


class Fees:
    """Prices payments. A changed tariff holds within seconds in every process."""

    def __init__(self, tenants: Tenants) -> None:
        self._tenants = tenants
        self._look_up: Coalescer[int, tuple[Tariff, ...]] = Coalescer(tenants.tariffs)
        self._tariffs: Recent[int, tuple[Tariff, ...]] = Recent(TARIFFS_IN_MEMORY, TARIFF_SECONDS_MAX)

    async def of(
        self,
        tenant_id: int,
        instrument: Instrument,
        amount: Money,
        tx: Tx | None = None,
        *,
        instalments: int | None = None,
    ) -> ChargedFee:
        """The fee of a captured payment that credits `amount`, with what its instalments cost on top; zero when the
        tenant has no tariff for it. Who holds a transaction hands it in: a connection held while another is waited for
        can lock up all of them."""
        tariffs = self._tariffs.get(tenant_id)
        if tariffs is None:
            tariffs = await (self._look_up(tenant_id) if tx is None else self._tenants.tariffs_in(tx, tenant_id))
            self._tariffs.put(tenant_id, tariffs)
        tariff = tariff_for(tariffs, instrument, amount.currency)
        if tariff is None:
            return ChargedFee(Money.zero(amount.currency), 0)
        surcharge = tariff_for(tariffs, instrument, amount.currency, instalments) if instalments else None
        fee = fee_for(tariff, amount, surcharge)
        return ChargedFee(Money(fee.amount_minor, amount.currency), fee.tax_basis_points)

    async def of_capture(self, payment: Payment, credited: Money) -> ChargedFee:
        """The fee when `credited` of a payment is captured that was only held."""
        instalments = card_terms(payment.details).at_merchants_cost(payment.instalments)
        return await self.of(payment.tenant_id, payment.instrument, credited, instalments=instalments)
