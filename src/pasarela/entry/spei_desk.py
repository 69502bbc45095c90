"""The control plane's desk for SPEI: other banks that send deposits and answer orders when they are told to."""

from __future__ import annotations

from pasarela.core.payouts.model import Payout
from pasarela.core.payouts.slice import Payouts
from pasarela.entry.platform import OtherBanks
from pasarela.kernel.banks import bank_of
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Money
from pasarela.rails.contract import SpeiDeposit

SENDER_NAME = "Juan Tapia Trejo"
SENDER_CLABE = "012298026516924616"
REFERENCE_DIGITS = 7


class SimulatedSpeiDesk:
    """Binds the simulator to the core's verbs."""

    def __init__(self, banks: OtherBanks, payouts: Payouts, ids: IdSource) -> None:
        self._banks = banks
        self._by_hand = payouts.by_hand(banks)
        self._ids = ids

    async def deposit(
        self,
        *,
        clabe: str,
        amount: Money,
        reference: str | None,
        concept: str,
        sender_name: str | None,
        sender_clabe: str | None,
        sender_tax_id: str | None,
        tracking_key: str | None,
    ) -> str:
        """Somebody sends money; the tracking key under which it came."""
        account = sender_clabe or SENDER_CLABE
        bank = bank_of(account)
        key = tracking_key or self._ids.fresh("dep").upper()
        await self._banks.deposit(
            SpeiDeposit(
                tracking_key=key,
                amount=amount,
                clabe=clabe,
                concept=concept,
                reference=reference or self._ids.digits(REFERENCE_DIGITS),
                sender_name=sender_name or SENDER_NAME,
                sender_account=account,
                sender_institution=bank.institution if bank is not None else None,
                sender_tax_id=sender_tax_id,
            )
        )
        return key

    async def settle(self, name: str) -> Payout:
        return await self._by_hand.settle(name)

    async def give_back(self, name: str, reason: str) -> Payout:
        return await self._by_hand.give_back(name, reason)
