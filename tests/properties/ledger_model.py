"""The ledger as a child would keep it: every balance is counted anew from the transfers that were booked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pasarela.core.ledger.chart import floor_of
from pasarela.core.ledger.errors import (
    AlreadySettled,
    InsufficientFunds,
    MoreThanPending,
    TransferConflict,
    UnknownPending,
)
from pasarela.core.ledger.model import Leg, Phase, Transfer

Figures = tuple[int, int, int]
"""Posted, pending in, pending out."""


@dataclass
class LedgerModel:
    """Every transfer booked so far, in order, with plain legs; and what had been asked for, legs that may spill."""

    booked: list[Transfer] = field(default_factory=list)
    asked: list[Transfer] = field(default_factory=list)

    def book(self, transfer: Transfer) -> str | type[Exception]:
        """`booked`, `replayed`, or the class of the refusal."""
        earlier = self.find(transfer.tenant_id, transfer.transfer_id)
        if earlier is not None:
            return "replayed" if _could_be(earlier, transfer) else TransferConflict
        asked, transfer = transfer, self._spilled(transfer)
        if transfer.settles is not None:
            refusal = self._unsettleable(transfer)
            if refusal is not None:
                return refusal
        touched = {leg.account for leg in transfer.legs}
        before = {account: self.figures(transfer.tenant_id, account) for account in touched}
        self.booked.append(transfer)
        self.asked.append(asked)
        for account, (posted_before, _, out_before) in before.items():
            floor = floor_of(account)
            posted, _, out = self.figures(transfer.tenant_id, account)
            if floor is not None and posted - out < min(floor, posted_before - out_before):
                self.booked.pop()
                self.asked.pop()
                return InsufficientFunds
        return "booked"

    def find(self, tenant_id: int, transfer_id: str) -> Transfer | None:
        for transfer in self.booked:
            if (transfer.tenant_id, transfer.transfer_id) == (tenant_id, transfer_id):
                return transfer
        return None

    def settled(self, pending: Transfer) -> bool:
        return any(
            (transfer.tenant_id, transfer.settles) == (pending.tenant_id, pending.transfer_id)
            for transfer in self.booked
        )

    def figures(self, tenant_id: int, account: str) -> Figures:
        posted = pending_in = pending_out = 0
        for transfer in self.booked:
            if transfer.tenant_id != tenant_id:
                continue
            for leg in transfer.legs:
                if leg.account != account:
                    continue
                if transfer.phase is Phase.POSTED:
                    posted += leg.amount
                elif not self.settled(transfer):
                    pending_in += max(leg.amount, 0)
                    pending_out += max(-leg.amount, 0)
        if floor_of(account) is None:
            return posted, 0, 0  # nobody asks what is pending on them, so nobody keeps it
        return posted, pending_in, pending_out

    def balances(self, tenant_id: int) -> dict[str, Figures]:
        """Of every account that a transfer has ever touched."""
        accounts = {leg.account for transfer in self.booked if transfer.tenant_id == tenant_id for leg in transfer.legs}
        return {account: self.figures(tenant_id, account) for account in accounts}

    def _spilled(self, transfer: Transfer) -> Transfer:
        legs: list[Leg] = []
        for leg in transfer.legs:
            if leg.spill is None:
                legs.append(leg)
                continue
            posted, _, out = self.figures(transfer.tenant_id, leg.account)
            given = min(max(posted - out, 0), -leg.amount)
            legs += [Leg(leg.account, -given), Leg(leg.spill, leg.amount + given)]
        return replace(transfer, legs=tuple(leg for leg in legs if leg.amount))

    def _unsettleable(self, transfer: Transfer) -> type[Exception] | None:
        assert transfer.settles is not None
        pending = self.find(transfer.tenant_id, transfer.settles)
        if pending is None or pending.phase is not Phase.PENDING:
            return UnknownPending
        if self.settled(pending):
            return AlreadySettled
        for leg in transfer.legs:
            for reserved in pending.legs:
                direction = 1 if reserved.amount > 0 else -1
                if leg.account == reserved.account and leg.amount * direction > reserved.amount * direction:
                    return MoreThanPending
        return None


def _could_be(booked: Transfer, asked: Transfer) -> bool:
    """Whether `asked` can have been booked as `booked`: what spilled bears no sign of where it came from."""
    spills = {leg.spill: leg.account for leg in asked.legs if leg.spill is not None}
    if not spills:
        return _sorted(booked) == _sorted(asked)

    def folded(transfer: Transfer) -> dict[str, int]:
        sums: dict[str, int] = {}
        for leg in transfer.legs:
            account = spills.get(leg.account, leg.account)
            sums[account] = sums.get(account, 0) + leg.amount
        return {account: amount for account, amount in sums.items() if amount}

    return folded(booked) == folded(asked) and (booked.kind, booked.phase, booked.settles) == (
        asked.kind, asked.phase, asked.settles,
    )  # fmt: skip  # two rows to compare


def _sorted(transfer: Transfer) -> Transfer:
    """The order in which legs are named means nothing."""
    return replace(transfer, legs=tuple(sorted(transfer.legs, key=lambda leg: leg.account)))
