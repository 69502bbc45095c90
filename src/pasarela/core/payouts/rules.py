"""The transition table of payouts, where their money comes from and goes, when they leave, and what a report counts.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum

from pasarela.core.ledger.chart import AccountKind, account, owned_account
from pasarela.core.ledger.entries import Entry
from pasarela.core.ledger.model import Leg
from pasarela.core.payouts.errors import BankNotReachable, WrongClabe
from pasarela.core.payouts.model import EntryType, PayoutStatus, ReportEntry, Schedule
from pasarela.kernel import clabe as clabes
from pasarela.kernel.bank_days import bank_instant, next_bank_day, next_bank_instant
from pasarela.kernel.banks import Bank, bank_of
from pasarela.kernel.durations import MEXICO_CITY
from pasarela.kernel.money import Currency, Money

S = PayoutStatus

BATCH_AT = time(9)
"""When the orders of a day go to SPEI."""

SETTLED_AT = time(8)
"""When balances are swept into automatic payouts."""

BANK_CODE_DIGITS = 3

TRANSFER_OVER = 100
"""A transfer is of more than this, in centavos."""

RESOLVE_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1), *(timedelta(days=1),) * 5)
"""Waits before each try to learn what became of an order; when they are used up it stays visible as it is."""


ASKED_AT = time(12)
ASKED_TIMES = 10
"""An order that SPEI has taken is asked for at noon of each bank day, so often, lest its answer was lost on the way."""


class Trigger(Enum):
    """What happens to a payout."""

    SEND = "send"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SETTLED = "settled"
    RETURNED = "returned"
    CANCEL = "cancel"


_TABLE: dict[tuple[PayoutStatus, Trigger], PayoutStatus] = {
    (S.SCHEDULED, Trigger.SEND): S.SENDING,
    (S.SCHEDULED, Trigger.CANCEL): S.CANCELLED,
    (S.SENDING, Trigger.ACCEPTED): S.SENT,
    (S.SENDING, Trigger.REFUSED): S.FAILED,
    # The other bank's answer may overtake SPEI's own.
    (S.SENDING, Trigger.SETTLED): S.COMPLETED,
    (S.SENDING, Trigger.RETURNED): S.FAILED,
    (S.SENT, Trigger.SETTLED): S.COMPLETED,
    (S.SENT, Trigger.RETURNED): S.FAILED,
    (S.COMPLETED, Trigger.RETURNED): S.FAILED,
}


def after(status: PayoutStatus, trigger: Trigger) -> PayoutStatus | None:
    """The status that `trigger` leads to, or `None` when it can't happen in `status`."""
    return _TABLE.get((status, trigger))


def transitions() -> frozenset[tuple[PayoutStatus, Trigger, PayoutStatus]]:
    """The whole table, for documentation and for the tests' model."""
    return frozenset((status, trigger, reached) for (status, trigger), reached in _TABLE.items())


def checked_clabe(clabe: str) -> Bank:
    """The bank of a well-formed CLABE, a retired one too. Raises `WrongClabe`."""
    bank = bank_of(clabe) if clabes.valid(clabe) else None
    if bank is None:
        raise WrongClabe
    return bank


def reachable_bank(clabe: str) -> Bank:
    """The bank of a CLABE that money can be sent to. Raises `WrongClabe`, `BankNotReachable`."""
    bank = checked_clabe(clabe)
    if not bank.reachable:
        raise BankNotReachable(f"{bank.name} ({bank.code}) takes no SPEI transfers any more")
    return bank


def bank_of_card(bank_code: str) -> Bank:
    """The bank that a transfer to one of its cards goes to. Raises `BankNotReachable`."""
    bank = bank_of(bank_code) if len(bank_code) == BANK_CODE_DIGITS else None
    if bank is None or not bank.reachable:
        raise BankNotReachable(f"no transfer reaches the bank {bank_code}", field="bank_code")
    return bank


def source_of(customer_id: str | None, currency: Currency) -> str:
    """The ledger account that a payout of this owner draws on."""
    if customer_id is None:
        return account(AccountKind.MERCHANT_PAYABLE, currency)
    return owned_account(AccountKind.CUSTOMER_BALANCE, customer_id, currency)


def accounts_swept(customer_id: str | None, currency: Currency) -> tuple[str, ...]:
    """The accounts whose sum an automatic payout pays out: what a merchant owes us in fees is kept back."""
    source = source_of(customer_id, currency)
    return (source,) if customer_id is not None else (source, account(AccountKind.FEES_OWED, currency))


def payout_legs(source: str, amount: Money) -> tuple[Leg, ...]:
    """Money leaves `source` by SPEI."""
    return Leg(source, -amount.minor), Leg(account(AccountKind.SPEI_CLEARING, amount.currency), amount.minor)


def move_legs(payer: str, payee: str, amount: Money) -> tuple[Leg, ...]:
    """Money moves within the platform."""
    return Leg(payer, -amount.minor), Leg(payee, amount.minor)


def back(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """The same the other way round."""
    return tuple(Leg(leg.account, -leg.amount) for leg in legs)


def batch_after(created_at: datetime) -> datetime:
    """When a payout made at `created_at` is sent: with the batch of the next bank day."""
    return bank_instant(next_bank_day(created_at.astimezone(MEXICO_CITY).date()), BATCH_AT)


def asked_after(instant: datetime) -> datetime:
    """When an order that was taken is asked for next."""
    return next_bank_instant(instant, ASKED_AT)


def next_settlement(schedule: Schedule, after_instant: datetime) -> datetime:
    """The next instant at which `schedule` sweeps a balance, after `after_instant`."""
    instant = next_bank_instant(after_instant, SETTLED_AT)
    while not _first_of_its_span(schedule, _day(instant)):
        instant = next_bank_instant(instant, SETTLED_AT)
    return instant


def _day(instant: datetime) -> date:
    return instant.astimezone(MEXICO_CITY).date()


def _first_of_its_span(schedule: Schedule, day: date) -> bool:
    """Whether no bank day of the same week or month came before."""
    match schedule:
        case Schedule.DAILY:
            return True
        case Schedule.WEEKLY:
            return next_bank_day(day - timedelta(days=day.weekday() + 1)) == day
        case Schedule.MONTHLY:
            return next_bank_day(day.replace(day=1) - timedelta(days=1)) == day


_ADJUSTMENTS = ("chargeback", "adjustment", "correction")


def report_entries(entries: Iterable[Entry], swept: Sequence[str], currency: Currency) -> list[ReportEntry]:
    """What changed what could be paid out of the accounts `swept`, one or two entries for each movement.

    A merchant's sale counts whole on the way in, and its fee with tax on the way out; what was reserved and released
    in the same period counts for nothing.
    """
    fee_accounts: tuple[str, ...] = ()
    if account(AccountKind.MERCHANT_PAYABLE, currency) in swept:
        fee_accounts = (account(AccountKind.FEE_REVENUE, currency), account(AccountKind.TAX_PAYABLE, currency))
    chains: dict[str, list[Entry]] = {}
    for entry in entries:
        chains.setdefault(entry.chain, []).append(entry)
    found: list[ReportEntry] = []
    for chain in chains.values():
        last = chain[-1]
        effect = sum(entry.effect(swept) for entry in chain)
        fee = last.moved(fee_accounts) if effect else 0
        adjusting = last.kind.startswith(_ADJUSTMENTS)
        found += [
            ReportEntry(_type(amount, adjusting=adjusting), last.subject, last.kind, abs(amount), last.occurred_at)
            for amount in (effect + fee, -fee)
            if amount
        ]
    return found


def _type(amount: int, *, adjusting: bool) -> EntryType:
    if adjusting:
        return EntryType.REFUNDED_ADJUSTMENT if amount > 0 else EntryType.CHARGED_ADJUSTMENT
    return EntryType.IN if amount > 0 else EntryType.OUT


def fee_entries(entries: Iterable[Entry], currency: Currency) -> list[ReportEntry]:
    """What the platform earned from a merchant, by transaction: fees without their tax, which stands beside them."""
    fees, taxes = account(AccountKind.FEE_REVENUE, currency), account(AccountKind.TAX_PAYABLE, currency)
    found = []
    for entry in entries:
        fee, tax = entry.posted((fees,)), entry.posted((taxes,))
        if fee or tax:
            kind = _type(-(fee + tax), adjusting=entry.kind.startswith(_ADJUSTMENTS))
            found.append(ReportEntry(kind, entry.subject, entry.kind, abs(fee), entry.occurred_at, abs(tax)))
    return found
