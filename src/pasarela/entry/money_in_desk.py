"""What a sandbox does in the place of tills and wallets, for the control plane and for the wallet's page."""

from __future__ import annotations

from pasarela.core.payments.errors import UnknownPayment
from pasarela.core.payments.model import Payment, Receipt, Received
from pasarela.entry.core_parts import CoreParts
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.instruments import Instrument


class SimulatedPayers:
    """Brings cash to tills and answers in wallets. The errors are `core.payments`'."""

    def __init__(self, core: CoreParts, clock: Clock, ids: IdSource) -> None:
        self._core = core
        self.clock = clock
        self.ids = ids

    async def waiting(self, reference: str) -> Payment | None:
        """The payment that bears `reference`, whatever its state."""
        try:
            return await self.by_reference(reference)
        except UnknownPayment:
            return None

    async def by_reference(self, reference: str) -> Payment:
        """The same. Raises `UnknownPayment`."""
        return await self._core.payments.queries.by_reference(reference)

    async def collect(self, received: Received) -> Receipt:
        """See `Collect`."""
        return await self._core.collect(received)

    async def decline(self, reference: str) -> Payment:
        """See `DeclineWaiting`."""
        return await self._core.payments.decline_waiting(reference)

    async def approve(self, payment: Payment) -> None:
        """The payer of a wallet payment approves. Raises `PaymentNotTaken`."""
        receipt_id = f"wallet-{payment.payment_id}"
        at = self.clock.now(payment.tenant_id)
        await self.collect(
            Received(receipt_id, Instrument.WALLET, payment.amount, at, reference=payment.payment_id, refusable=True)
        )

    async def reject(self, payment: Payment) -> None:
        """The payer of a wallet payment refuses. Raises `NotInState`."""
        await self.decline(payment.payment_id)
