"""Decides which transfers of a batch can be booked, and what they do to the accounts. Pure; the model of the tests.

Transfers are judged in the order given, each seeing what the earlier ones of the batch did, exactly as if they
had come one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pasarela.core.ledger.chart import currency_of, floor_of
from pasarela.core.ledger.errors import (
    AlreadySettled,
    InsufficientFunds,
    MoreThanPending,
    TransferConflict,
    UnknownPending,
)
from pasarela.core.ledger.model import Booked, Leg, Phase, Transfer
from pasarela.kernel.errors import Refusal

AccountKey = tuple[int, str]
TransferKey = tuple[int, str]


@dataclass(slots=True)
class AccountState:
    """A floored account's figures, or the change of an unfloored one, in minor units; changed in place."""

    posted: int = 0
    pending_in: int = 0
    pending_out: int = 0


@dataclass(slots=True)
class Decided:
    """`results` in the order of the batch; `book` the transfers to write, `changes` what they do to accounts."""

    results: list[Booked | Refusal]
    book: list[Transfer]
    changes: dict[AccountKey, AccountState]


def legs_balance(legs: Sequence[Leg]) -> bool:
    """Whether the legs sum to zero for each currency."""
    sums: dict[str, int] = {}
    for leg in legs:
        currency = currency_of(leg.account)
        sums[currency] = sums.get(currency, 0) + leg.amount
    return not any(sums.values())


def decide(
    transfers: Sequence[Transfer],
    accounts: Mapping[AccountKey, AccountState],
    booked: Mapping[TransferKey, Transfer],
    settled: Mapping[TransferKey, str],
) -> Decided:
    """Judges a batch.

    `accounts` are the floored accounts as locked (a missing one is empty), `booked` the transfers that exist among
    those that the batch names (by id or as the pending one), `settled` which pending ones are settled, by whom.
    """
    batch = _Batch(accounts, dict(booked), dict(settled))
    return Decided([batch.judge(transfer) for transfer in transfers], batch.book, batch.changes)


def _same(earlier: Transfer, asked: Transfer) -> bool:
    """Whether `asked` can have been booked as `earlier`, however much of it had spilled then: what spilled bears no
    sign of the account that could not give it. The order in which legs are named means nothing."""
    spills = {leg.spill: leg.account for leg in asked.legs if leg.spill is not None}
    assert len(spills) == sum(leg.spill is not None for leg in asked.legs), "two legs never spill to one account"

    def content(transfer: Transfer) -> tuple[object, ...]:
        amounts: dict[str, int] = {}
        for leg in transfer.legs:
            name = spills.get(leg.account, leg.account)
            amounts[name] = amounts.get(name, 0) + leg.amount
        return transfer.kind, transfer.phase, transfer.settles, {name: each for name, each in amounts.items() if each}

    return content(earlier) == content(asked)


class _Batch:
    def __init__(
        self,
        accounts: Mapping[AccountKey, AccountState],
        booked: dict[TransferKey, Transfer],
        settled: dict[TransferKey, str],
    ) -> None:
        self._accounts = accounts
        self._booked = booked
        self._settled = settled
        self.book: list[Transfer] = []
        self.changes: dict[AccountKey, AccountState] = {}

    def judge(self, transfer: Transfer) -> Booked | Refusal:
        assert legs_balance(transfer.legs), f"legs of {transfer.transfer_id} do not sum to zero"
        named = {leg.account for leg in transfer.legs}
        assert len(named) == len(transfer.legs), f"{transfer.transfer_id} names an account twice"
        earlier = self._booked.get((transfer.tenant_id, transfer.transfer_id))
        if earlier is not None:
            return Booked(transfer.transfer_id, replayed=True) if _same(earlier, transfer) else TransferConflict()
        transfer = self._spilled(transfer)
        pending, refusal = self._pending_of(transfer)
        if refusal is None:
            refusal = self._floor_broken(transfer, pending)
        if refusal is not None:
            return refusal
        self._apply(transfer, pending)
        return Booked(transfer.transfer_id, replayed=False)

    def _pending_of(self, transfer: Transfer) -> tuple[Transfer | None, Refusal | None]:
        if transfer.settles is None:
            assert transfer.phase is not Phase.VOID, "a void settles something"
            return None, None
        key = (transfer.tenant_id, transfer.settles)
        pending = self._booked.get(key)
        if pending is None or pending.phase is not Phase.PENDING:
            return None, UnknownPending()
        if key in self._settled:
            return None, AlreadySettled()
        # Only the main legs are bounded, and only the way they go: a posting may add fees and taxes on accounts that
        # nothing was pending on, and those come out of what the payee gets; he may even have to pay.
        reserved = {leg.account: leg.amount for leg in pending.legs}
        for leg in transfer.legs:
            limit = reserved.get(leg.account, leg.amount)
            if leg.amount > limit > 0 or leg.amount < limit < 0:
                return None, MoreThanPending()
        return pending, None

    def _floor_broken(self, transfer: Transfer, pending: Transfer | None) -> Refusal | None:
        """A refusal when a floored account that this transfer takes from would fall below its floor."""
        change: dict[str, int] = {}
        for leg in pending.legs if pending else ():
            if leg.amount < 0:
                change[leg.account] = change.get(leg.account, 0) - leg.amount
        for leg in transfer.legs:
            if transfer.phase is Phase.POSTED or leg.amount < 0:
                change[leg.account] = change.get(leg.account, 0) + leg.amount
        for name, amount in change.items():
            floor = floor_of(name)
            if floor is None or amount >= 0:
                continue
            available = self._available((transfer.tenant_id, name))
            if available + amount < floor:
                return InsufficientFunds(name, available - floor, -amount)
        return None

    def _spilled(self, transfer: Transfer) -> Transfer:
        """The transfer with plain legs: of each leg that may spill, what its account can give, and the rest."""
        if all(leg.spill is None for leg in transfer.legs):
            return transfer
        amounts: dict[str, int] = {}
        for leg in transfer.legs:
            taken = leg.amount
            if leg.spill is not None:
                floor = floor_of(leg.account)
                assert floor is not None, f"{leg.account} has no floor to break"
                assert floor_of(leg.spill) is None, f"{leg.spill} is not locked"
                assert leg.amount < 0, "only what is taken can spill"
                taken = max(leg.amount, min(floor - self._available((transfer.tenant_id, leg.account)), 0))
                amounts[leg.spill] = amounts.get(leg.spill, 0) + leg.amount - taken
            amounts[leg.account] = amounts.get(leg.account, 0) + taken
        return replace(transfer, legs=tuple(Leg(name, amount) for name, amount in amounts.items() if amount))

    def _available(self, key: AccountKey) -> int:
        total = 0
        for state in (self._accounts.get(key), self.changes.get(key)):
            if state is not None:
                total += state.posted - state.pending_out
        return total

    def _apply(self, transfer: Transfer, pending: Transfer | None) -> None:
        tenant_id = transfer.tenant_id
        if pending is not None:
            self._settled[(tenant_id, pending.transfer_id)] = transfer.transfer_id
            for leg in pending.legs:
                self._reserve(tenant_id, leg, -1)
        for leg in transfer.legs:
            if transfer.phase is Phase.PENDING:
                self._reserve(tenant_id, leg, 1)
            else:
                self._change(tenant_id, leg.account).posted += leg.amount
        self._booked[(tenant_id, transfer.transfer_id)] = transfer
        self.book.append(transfer)

    def _reserve(self, tenant_id: int, leg: Leg, sign: int) -> None:
        change = self._change(tenant_id, leg.account)
        if leg.amount > 0:
            change.pending_in += sign * leg.amount
        else:
            change.pending_out -= sign * leg.amount

    def _change(self, tenant_id: int, account: str) -> AccountState:
        return self.changes.setdefault((tenant_id, account), AccountState())
