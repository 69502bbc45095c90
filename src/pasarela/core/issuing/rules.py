"""The rules of issuing that need no storage: statuses, the PIN's ladder, names of accounts, balances. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from pasarela.core.issuing.errors import StatusRefused
from pasarela.core.issuing.model import CardStatus
from pasarela.core.ledger.chart import AccountKind, owned_account
from pasarela.kernel.cards import Expiry
from pasarela.kernel.money import Currency

TRIES = 5
"""Wrong PINs until the next lock."""

LADDER = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60), timedelta(hours=24))
"""How long each lock lasts; the last one again and again."""

CVC_LIFE = timedelta(minutes=5)
"""How long a dynamic security code works."""

_FINAL = frozenset({CardStatus.LOST, CardStatus.STOLEN, CardStatus.DAMAGED, CardStatus.CANCELLED})

_CHANGES = {
    CardStatus.NEED_ACTIVATION: frozenset[CardStatus](),  # only its activation leads out of it
    CardStatus.ACTIVE: _FINAL | {CardStatus.TEMPORARY_INACTIVE},
    CardStatus.TEMPORARY_INACTIVE: _FINAL | {CardStatus.ACTIVE},
    **{final: frozenset[CardStatus]() for final in _FINAL},
}


def check_activation(status: CardStatus) -> None:
    """Raises `StatusRefused` unless a card with this status waits for its activation."""
    if status is not CardStatus.NEED_ACTIVATION:
        raise StatusRefused(status.value, "activation")


def check_change(status: CardStatus, wanted: CardStatus) -> None:
    """Raises `StatusRefused` unless the status of a card may go from `status` to `wanted`."""
    if wanted not in _CHANGES[status]:
        raise StatusRefused(status.value, wanted.value)


def is_final(status: CardStatus) -> bool:
    """Whether a card with this status never works again."""
    return status in _FINAL


def may_spend(status: CardStatus) -> bool:
    """Whether money may leave by a card with this status."""
    return status is CardStatus.ACTIVE


def may_receive(status: CardStatus) -> bool:
    """Whether a card with this status may be funded."""
    return status not in _FINAL


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong PINs since the last right one, and until when none is looked at."""

    wrong: int
    locked_until: datetime | None

    def locked(self, at: datetime) -> bool:
        return self.locked_until is not None and at < self.locked_until

    def after_wrong(self, at: datetime) -> Tries:
        """One more wrong PIN; each fifth one locks, longer and longer."""
        wrong = self.wrong + 1
        if wrong % TRIES:
            return Tries(wrong, None)
        step = min(wrong // TRIES, len(LADDER)) - 1
        return Tries(wrong, at + LADDER[step])


NO_TRIES = Tries(0, None)


def available_account(client_id: str, currency: Currency) -> str:
    """The ledger's account of what a client may push to cards."""
    return owned_account(AccountKind.CLIENT_AVAILABLE, _owner(client_id), currency)


def collection_account(client_id: str, currency: Currency) -> str:
    """The ledger's account of what came back to a client from cards."""
    return owned_account(AccountKind.CLIENT_COLLECTION, _owner(client_id), currency)


def card_account(account_id: str, currency: Currency) -> str:
    """The ledger's account behind cards."""
    return owned_account(AccountKind.CARD_ACCOUNT, _owner(account_id), currency)


def _owner(uuid: str) -> str:
    return uuid.replace("-", "")


def balances_along(final: int, changes: Iterable[int]) -> list[int]:
    """What an account had after each of `changes`, oldest first, of which the last one left `final`."""
    after, balance = [], final
    for change in reversed(list(changes)):
        after.append(balance)
        balance -= change
    return after[::-1]


def expiry_after(day: date, months: int) -> Expiry:
    """Month and year in which a card made on `day` ends after so many months."""
    month = day.year * 12 + day.month - 1 + months
    return Expiry(month // 12, month % 12 + 1)


def is_trivial(pin: str, birthdate: date) -> bool:
    """Whether anybody would guess this PIN first: one digit, a run of digits, the year or day of birth."""
    steps = {int(right) - int(left) for left, right in pairwise(pin)}
    told = {f"{birthdate:%Y}", f"{birthdate:%d%m}", f"{birthdate:%m%d}", f"{birthdate:%m%y}"}
    return steps in ({0}, {1}, {-1}) or pin in told
