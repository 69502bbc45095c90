"""Charges as a merchant's accountant would follow them, on paper: states, amounts, what is due when, the ledger.

Written from the rules in words (`core/payments`), not from the code. One merchant, pesos, the default tariffs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

DAY = timedelta(days=1)
WAITS = [timedelta(0), timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1), DAY, DAY, DAY, DAY, DAY]
LIFE = timedelta(days=7)

OPEN_HOLDS = {"authorized", "capturing", "voiding", "expiring"}


class Fate(Enum):
    """What the network makes of a message, as far as it matters here."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"  # never arrives, or gets an answer that settles nothing
    UNHEARD = "unheard"  # taken, but its answer is lost
    DELAYED = "delayed"  # arrives when nobody waits any more
    UNSENT = "unsent"
    CRASH = "crash"  # nobody is left to hear the answer


class Network(Enum):
    """How the network is while time goes on."""

    UP = "up"
    DOWN = "down"
    REFUSING = "refusing"  # captures, that is; nobody refuses a reversal


class Word(Enum):
    """What a caller hears."""

    DONE = "done"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    STATE = "not in this state"
    LARGE = "too large"
    SHORT = "balance too short"
    NOTHING = "the process died"


@dataclass
class Operation:
    """A capture, refund, void or expiry; `fee` and `tax` go back with a refund."""

    kind: str
    amount: int
    status: str = "in_progress"
    fee: int = 0
    tax: int = 0

    @property
    def net(self) -> int:
        """What a refund takes from the merchant."""
        return self.amount - self.fee - self.tax


@dataclass
class Charge:
    """One payment. `spilt` is what of its fee the merchant could not pay when it was captured."""

    amount: int
    capture_now: bool
    created_at: datetime
    status: str = "authorizing"
    partly: bool = False
    captured: int = 0
    refunded: int = 0
    spilt: int = 0
    events: list[str] = field(default_factory=list)
    operations: dict[str, Operation] = field(default_factory=dict)

    @property
    def fee(self) -> int:
        return (self.captured * 290 + 5_000) // 10_000 + 250 if self.captured else 0

    @property
    def tax(self) -> int:
        return (self.fee * 1600 + 5_000) // 10_000

    @property
    def refunds(self) -> list[Operation]:
        """Those that count: under way or done."""
        return [one for one in self.operations.values() if one.kind == "refund" and one.status != "failed"]

    @property
    def left(self) -> int:
        return self.captured - sum(refund.amount for refund in self.refunds)

    @property
    def refunding(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.status == "in_progress")

    def say(self, event: str) -> None:
        self.events.append(f"payment.{event}")


@dataclass
class Due:
    """Something to be done about `subject` (a payment, or `payment/operation`)."""

    at: datetime
    tries: int = 0


class ChargeModel:
    """All charges of the merchant, the clock, and what is due."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.charges: dict[str, Charge] = {}
        self.resolving: dict[str, Due] = {}
        self.expiring: dict[str, datetime] = {}
        self.lost: set[str] = set()
        self.given_up: set[str] = set()
        self.taken: set[str] = set()  # operations that the network has taken without our hearing of it
        self.delayed: set[str] = set()
        self.withdrawn = 0

    def in_status(self, status: str) -> list[str]:
        """The payments that are in it."""
        return sorted(key for key, charge in self.charges.items() if charge.status == status)

    # What the ledger must say.

    @property
    def payable(self) -> int:
        """Posted on the merchant's balance."""
        sold = sum(one.captured - one.fee - one.tax + one.spilt for one in self.charges.values())
        back = sum(refund.net for refund in self._refunds("completed"))
        return sold - back - self.withdrawn

    @property
    def reserved(self) -> tuple[int, int]:
        """Pending into the balance, and out of it."""
        holds = sum(one.amount for one in self.charges.values() if one.status in OPEN_HOLDS)
        nets = [refund.net for refund in self._refunds("in_progress")]
        return holds + sum(-net for net in nets if net < 0), sum(net for net in nets if net > 0)

    @property
    def available(self) -> int:
        return self.payable - self.reserved[1]

    def balances(self) -> dict[str, int]:
        """Posted balances that are not zero."""
        charges, back = self.charges.values(), self._refunds("completed")
        posted = {
            "merchant_payable.MXN": self.payable,
            "fees_owed.MXN": -sum(one.spilt for one in charges),
            "fee_revenue.MXN": sum(one.fee for one in charges) - sum(one.fee for one in back),
            "tax_payable.MXN": sum(one.tax for one in charges) - sum(one.tax for one in back),
            "network_clearing.MXN": (
                self.withdrawn + sum(one.amount for one in back) - sum(one.captured for one in charges)
            ),
        }
        return {name: amount for name, amount in posted.items() if amount}

    def _refunds(self, status: str) -> list[Operation]:
        return [
            one
            for charge in self.charges.values()
            for one in charge.operations.values()
            if one.kind == "refund" and one.status == status
        ]

    # What the merchant does.

    def authorise(self, payment_id: str, amount: int, *, capture: bool, fate: Fate, partly: bool = False) -> Word:
        charge = self.charges[payment_id] = Charge(amount, capture, self.now, partly=partly)
        match fate:
            case Fate.YES if capture:
                self._book_sale(charge, amount)
                charge.say("completed")
                return Word.DONE
            case Fate.YES:
                charge.status = "authorized"
                charge.say("authorized")
                self.expiring[payment_id] = self.now + LIFE
                return Word.DONE
            case Fate.NO:
                charge.status = "declined"
                charge.say("declined")
                return Word.DECLINED
            case Fate.UNSENT:
                charge.status = "failed"
                charge.say("failed")
                return Word.UNKNOWN
            case Fate.UNCLEAR | Fate.UNHEARD | Fate.DELAYED:
                self._lose(payment_id)
                return Word.DECLINED if partly else Word.UNKNOWN
            case Fate.CRASH:
                self.lost.add(payment_id)
                return Word.NOTHING

    def authorise_again(self, payment_id: str) -> Word:
        charge = self.charges[payment_id]
        if charge.status == "declined":
            return Word.DECLINED
        if charge.status in {"authorizing", "unknown", "failed"}:
            return Word.DECLINED if charge.partly and charge.status != "authorizing" else Word.UNKNOWN
        return Word.DONE

    def capture(self, payment_id: str, operation_id: str, amount: int | None, fate: Fate) -> Word:
        charge = self.charges[payment_id]
        if charge.status != "authorized":
            return Word.STATE
        wanted = charge.amount if amount is None else amount
        if wanted > charge.amount:
            return Word.LARGE
        charge.operations[operation_id] = Operation("capture", wanted)
        charge.status = "capturing"
        return self._heard(payment_id, operation_id, fate)

    def refund(self, payment_id: str, operation_id: str, amount: int | None, fate: Fate) -> Word:
        charge = self.charges[payment_id]
        if charge.status == "authorized":
            charge.operations[operation_id] = Operation("void", charge.amount)
            charge.status = "voiding"
            return self._heard(payment_id, operation_id, fate)
        if charge.status != "completed" or charge.left == 0:
            return Word.STATE
        wanted = charge.left if amount is None else amount
        if wanted > charge.left:
            return Word.LARGE
        after = charge.captured - charge.left + wanted
        refund = Operation(
            "refund",
            wanted,
            fee=_share(charge.fee, after, charge.captured, [one.fee for one in charge.refunds]),
            tax=_share(charge.tax, after, charge.captured, [one.tax for one in charge.refunds]),
        )
        if refund.net > max(self.available, 0):
            return Word.SHORT
        charge.operations[operation_id] = refund
        return self._heard(payment_id, operation_id, fate)

    # What time brings.

    def sweep(self) -> int:
        """What a crash left is found."""
        found = len(self.lost)
        for subject in sorted(self.lost):
            if "/" in subject:
                self.resolving[subject] = Due(self.now)
            else:
                self._lose(subject)
        self.lost.clear()
        return found

    def hear(self) -> None:
        """What was delayed has arrived."""
        self.taken |= self.delayed
        self.delayed.clear()

    def advance(self, until: datetime, network: Network) -> None:
        """Everything that becomes due until then happens, at its time."""
        while True:
            instants = [due.at for due in self.resolving.values()] + list(self.expiring.values())
            earliest = min(instants, default=until + DAY)
            if earliest > until:
                break
            self.now = max(self.now, earliest)
            for payment_id in [one for one, at in self.expiring.items() if at <= earliest]:
                del self.expiring[payment_id]
                self._expire(payment_id, Fate.UNCLEAR if network is Network.DOWN else Fate.YES)
            for subject in [one for one, due in self.resolving.items() if due.at <= earliest]:
                self._resolve(subject, network)
        self.now = max(self.now, until)

    def _expire(self, payment_id: str, fate: Fate) -> None:
        charge = self.charges[payment_id]
        if charge.status == "authorized":
            charge.operations["expiry"] = Operation("void", charge.amount)
            charge.status = "expiring"
            self._heard(payment_id, "expiry", fate)

    def _resolve(self, subject: str, network: Network) -> None:
        due = self.resolving.pop(subject)
        payment_id, _, operation_id = subject.partition("/")
        if network is Network.DOWN:
            if due.tries + 1 < len(WAITS):
                self.resolving[subject] = Due(self.now + WAITS[due.tries + 1], due.tries + 1)
            else:
                self.given_up.add(payment_id)
        elif operation_id:
            kind = self.charges[payment_id].operations[operation_id].kind
            # A refund is undone; what only carries out a decision is carried out.
            refused = network is Network.REFUSING and kind == "capture" and subject not in self.taken
            self._settle(payment_id, operation_id, taken=kind != "refund" and not refused)
        else:
            self.charges[payment_id].status = "failed"
            self.charges[payment_id].say("failed")

    # How one thing follows from another.

    def _lose(self, payment_id: str) -> None:
        self.charges[payment_id].status = "unknown"
        self.charges[payment_id].say("unknown")
        self.resolving[payment_id] = Due(self.now)

    def _heard(self, payment_id: str, operation_id: str, fate: Fate) -> Word:
        subject = f"{payment_id}/{operation_id}"
        match fate:
            case Fate.YES:
                self._settle(payment_id, operation_id, taken=True)
                return Word.DONE
            case Fate.NO:
                self._settle(payment_id, operation_id, taken=False)
                return Word.DECLINED
            case Fate.CRASH:
                self.taken.add(subject)
                self.lost.add(subject)
                return Word.NOTHING
            case _:
                self.taken |= {subject} if fate is Fate.UNHEARD else set()
                self.delayed |= {subject} if fate is Fate.DELAYED else set()
                self.resolving[subject] = Due(self.now)
                return Word.UNKNOWN

    def _settle(self, payment_id: str, operation_id: str, *, taken: bool) -> None:
        charge = self.charges[payment_id]
        operation = charge.operations[operation_id]
        operation.status = "completed" if taken else "failed"
        if operation.kind == "refund":
            charge.refunded += operation.amount if taken else 0
            charge.say("refunded" if taken else "refund_failed")
        elif operation.kind == "void":
            charge.status = "expired" if charge.status == "expiring" else "voided"
            charge.say(charge.status)
            self.expiring.pop(payment_id, None)
        elif taken:
            self._book_sale(charge, operation.amount)
            charge.say("completed")
            self.expiring.pop(payment_id, None)
        else:
            charge.status = "authorized"
            self.expiring[payment_id] = charge.created_at + LIFE

    def _book_sale(self, charge: Charge, amount: int) -> None:
        available = self.available
        charge.status, charge.amount, charge.captured = "completed", amount, amount
        net = amount - charge.fee - charge.tax
        charge.spilt = max(-net - max(available, 0), 0) if net < 0 else 0


def _share(whole: int, after: int, captured: int, returned: list[int]) -> int:
    return min(max(whole * after // captured - sum(returned), 0), whole - sum(returned))
