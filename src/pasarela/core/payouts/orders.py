"""Writes a payout's SPEI order. The one module of this slice that opens a card number, for payouts to cards."""

from __future__ import annotations

from datetime import date

from pasarela.core.payouts.model import Payout
from pasarela.core.payouts.rules import bank_of_card, reachable_bank
from pasarela.core.tenants.queries import Tenants
from pasarela.core.vault.reveal import Reveal
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.due_work import PLATFORM
from pasarela.kernel.clabe import own
from pasarela.kernel.secret import Secret
from pasarela.rails.contract import SpeiAccountType, SpeiOrder

CONCEPT = "Pago"
PLATFORM_NAME = "Pasarela"
"""Who gives money back that was for nobody; its CLABE is the first of ours, which nobody else gets."""

REFERENCE_DIGITS = 7


class Orders:
    """Makes orders; the same payout always makes the same one."""

    def __init__(self, tenants: Tenants, sources: Sources, sealer: Sealer) -> None:
        self._tenants = tenants
        self._sources = sources
        self._reveal = Reveal(sealer)

    async def of(self, payout: Payout, operation_date: date) -> SpeiOrder:
        """The order of `payout` for that bank day. Raises `BankNotReachable` (a bank may retire at any time), and
        `WrongClabe` for a deposit that did not come from a CLABE."""
        sender_name, sender_clabe = await self._sender(payout.tenant_id)
        account, card = payout.destination.bank_account, payout.destination.card
        if account is not None:
            holder, number, institution = account.holder_name, Secret(account.clabe), reachable_bank(account.clabe)
            kind = SpeiAccountType.CLABE
        else:
            assert card is not None, "money goes to one place"
            holder, number, institution = card.holder_name, await self._number(payout), bank_of_card(card.bank_code)
            kind = SpeiAccountType.CARD
        assert institution.institution is not None, "a bank that can be reached has a number"
        return SpeiOrder(
            tenant_id=payout.tenant_id,
            tracking_key=payout.tracking_key,
            amount=payout.amount,
            beneficiary_name=holder,
            beneficiary_account=number,
            account_type=kind,
            institution=institution.institution,
            sender_name=sender_name,
            sender_clabe=sender_clabe,
            concept=payout.description or CONCEPT,
            reference=reference_of(payout.payout_id),
            operation_date=operation_date,
            returns=payout.returns,
        )

    async def _sender(self, tenant_id: int) -> tuple[str, str]:
        if tenant_id == PLATFORM:
            return PLATFORM_NAME, own(0)
        tenant = await self._tenants.by_id(tenant_id)
        assert tenant.clabe is not None, "every tenant collects on a CLABE of ours"
        return tenant.name, tenant.clabe

    async def _number(self, payout: Payout) -> Secret:
        assert payout.fingerprint is not None, "a card destination has its fingerprint"
        stored = await self._sources.pan(payout.tenant_id, payout.fingerprint)
        assert stored is not None, "the vault never loses a number that a payout names"
        return await self._reveal.card(payout.tenant_id, stored.sealed)


def reference_of(payout_id: str) -> str:
    """Seven digits that follow from the payout's id, never all zero."""
    return str(int(payout_id, 36) % (10**REFERENCE_DIGITS - 1) + 1).zfill(REFERENCE_DIGITS)
