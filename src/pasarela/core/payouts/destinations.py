"""Turns what a call names as destination into what is stored with the payout, if money can get there."""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.core.payouts.bank_accounts import BankAccounts
from pasarela.core.payouts.errors import (
    CardTakesNoPayouts,
    UnknownBankAccount,
    UnknownDestination,
    WrongDestinationType,
)
from pasarela.core.payouts.model import (
    AccountDestination,
    CardDestination,
    CreatePayout,
    Destination,
    InlineAccount,
    InlineCard,
)
from pasarela.core.payouts.rules import bank_of_card, reachable_bank
from pasarela.core.vault.bins import facts_of
from pasarela.core.vault.errors import UnknownCard
from pasarela.core.vault.model import SavedCard
from pasarela.core.vault.queries import Cards
from pasarela.core.vault.sealing import Sealed, Sealer


@dataclass(frozen=True, slots=True)
class Resolved:
    """`fingerprint` finds the number of a card in the vault; `fresh` is one that may not be there yet."""

    destination: Destination
    fingerprint: bytes | None = None
    fresh: Sealed | None = None


class Destinations:
    """Looks destinations up among what the owner of the payout has registered and saved."""

    def __init__(self, accounts: BankAccounts, cards: Cards, sealer: Sealer) -> None:
        self._accounts = accounts
        self._cards = cards
        self._sealer = sealer

    async def of(self, tenant_id: int, command: CreatePayout) -> Resolved:
        """Raises `UnknownDestination`, `WrongDestinationType`, `WrongClabe`, `BankNotReachable`,
        `CardTakesNoPayouts`."""
        wanted = command.destination
        if isinstance(wanted, InlineAccount):
            found = Resolved(_account(AccountDestination(wanted.clabe, wanted.holder_name, wanted.alias)))
        elif isinstance(wanted, InlineCard):
            shown, sealed = _inline(wanted), await self._sealer.seal(tenant_id, wanted)
            found = Resolved(Destination(card=shown), sealed.fingerprint, (tenant_id, sealed, wanted))
        else:
            found = await self._registered(tenant_id, command.customer_id, wanted.destination_id)
        is_card = found.destination.card is not None
        if command.to_card is not None and command.to_card is not is_card:
            raise WrongDestinationType
        return found

    async def _registered(self, tenant_id: int, customer_id: str | None, destination_id: str) -> Resolved:
        try:
            account = await self._accounts.get(tenant_id, customer_id, destination_id)
        except UnknownBankAccount:
            return await self._saved_card(tenant_id, customer_id, destination_id)
        shown = AccountDestination(
            account.clabe, account.holder_name, account.alias, account.bank_account_id, account.created_at
        )
        return Resolved(_account(shown))

    async def _saved_card(self, tenant_id: int, customer_id: str | None, card_id: str) -> Resolved:
        try:
            card = await self._cards.get(tenant_id, card_id, customer_id)
        except UnknownCard:
            raise UnknownDestination from None
        if not card.facts.allows_payouts:
            raise CardTakesNoPayouts
        bank_of_card(card.facts.bank_code)
        return Resolved(Destination(card=_card(card)), card.fingerprint)


def _account(destination: AccountDestination) -> Destination:
    reachable_bank(destination.clabe)
    return Destination(bank_account=destination)


def _inline(card: InlineCard) -> CardDestination:
    """Raises `CardTakesNoPayouts`, `BankNotReachable`."""
    facts, expiry = facts_of(card.pan.reveal()), card.expiry
    if facts.kind != "debit" or not (facts.allows_payouts or card.bank_code):
        raise CardTakesNoPayouts(field="card")
    bank = bank_of_card(card.bank_code or facts.bank_code)
    return CardDestination(
        card_id=None,
        masked=facts.masked,
        brand=facts.brand.value,
        kind=facts.kind,
        holder_name=card.holder_name,
        expiration_year=expiry.year if expiry else None,
        expiration_month=expiry.month if expiry else None,
        bank_name=facts.bank_name if bank.code == facts.bank_code else bank.name,
        bank_code=bank.code,
        points=facts.points,
        address=None,
        saved_at=None,
    )


def _card(card: SavedCard) -> CardDestination:
    facts = card.facts
    return CardDestination(
        card_id=card.card_id,
        masked=facts.masked,
        brand=facts.brand.value,
        kind=facts.kind,
        holder_name=card.holder_name,
        expiration_year=card.expiry.year,
        expiration_month=card.expiry.month,
        bank_name=facts.bank_name,
        bank_code=facts.bank_code,
        points=facts.points,
        address=dict(card.address) if card.address is not None else None,
        saved_at=card.created_at,
    )
