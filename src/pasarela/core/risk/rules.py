"""The rules that decide whether we send a sale at all, in the order in which they are named. Pure.

A new rule is a new object in `RULES`; if it needs to know something new, a new member of `ListKind` or `Counter`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pasarela.core.risk.errors import BadEntry
from pasarela.core.risk.model import (
    Counter,
    Effect,
    Explained,
    Limits,
    ListKind,
    Need,
    Profile,
    RiskFacts,
    Rule,
    Verdict,
)
from pasarela.kernel.secret import luhn_valid


@dataclass(frozen=True, slots=True)
class Blocked:
    """Something about the sale is on one of the tenant's lists."""

    name: str
    kind: ListKind
    effect: Effect = Effect.REFUSE
    has_limit: bool = False

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({self.kind})

    def evaluate(self, facts: RiskFacts, limits: Limits) -> bool:  # noqa: ARG002 - a rule's signature
        return self.kind in facts.listed


@dataclass(frozen=True, slots=True)
class MaxAmount:
    """The sale is larger than the tenant allows."""

    name: str
    effect: Effect = Effect.REFUSE
    has_limit: bool = True
    needs: frozenset[Need] = frozenset()

    def evaluate(self, facts: RiskFacts, limits: Limits) -> bool:
        limit = limits.get(self.name)
        return limit is not None and facts.amount.minor > limit


@dataclass(frozen=True, slots=True)
class VelocityCount:
    """With this sale there would be more of them in 24 hours than the tenant allows."""

    name: str
    counter: Counter
    effect: Effect = Effect.REFUSE
    has_limit: bool = True

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({self.counter})

    def evaluate(self, facts: RiskFacts, limits: Limits) -> bool:
        limit, reading = limits.get(self.name), facts.readings.get(self.counter)
        return limit is not None and reading is not None and reading.count > limit


@dataclass(frozen=True, slots=True)
class VelocityAmount:
    """With this sale they would come to more in 24 hours than the tenant allows."""

    name: str
    counter: Counter
    effect: Effect = Effect.REFUSE
    has_limit: bool = True

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({self.counter})

    def evaluate(self, facts: RiskFacts, limits: Limits) -> bool:
        limit, reading = limits.get(self.name), facts.readings.get(self.counter)
        return limit is not None and reading is not None and reading.amount_minor > limit


@dataclass(frozen=True, slots=True)
class Wished:
    """A sandbox's caller wishes that the sale be looked at."""

    name: str
    effect: Effect = Effect.REVIEW
    has_limit: bool = False
    needs: frozenset[Need] = frozenset()

    def evaluate(self, facts: RiskFacts, limits: Limits) -> bool:  # noqa: ARG002 - a rule's signature
        return facts.review_wished


RULES: tuple[Rule, ...] = (
    Blocked("blocked_card", ListKind.CARD),
    Blocked("blocked_bin", ListKind.BIN),
    Blocked("blocked_email", ListKind.EMAIL),
    Blocked("blocked_buyer", ListKind.BUYER),
    MaxAmount("max_amount"),
    VelocityCount("card_velocity_count", Counter.CARD),
    VelocityAmount("card_velocity_amount", Counter.CARD),
    VelocityAmount("tenant_volume", Counter.TENANT),
    Wished("sandbox_review"),
)


def judge(rules: Sequence[Rule], facts: RiskFacts, limits: Limits) -> Verdict:
    """The verdict on a sale of which everything is known that `needs_of` names."""
    met = [rule for rule in rules if rule.evaluate(facts, limits)]
    if not met:
        return Verdict(allowed=True)
    allowed = all(rule.effect is not Effect.REFUSE for rule in met)
    return Verdict(allowed, tuple(rule.name for rule in met), review=allowed)


def explain(rules: Sequence[Rule], facts: RiskFacts, limits: Limits) -> tuple[Explained, ...]:
    """Every rule with what it says of the sale."""
    return tuple(
        Explained(rule.name, rule.effect, rule.evaluate(facts, limits), limits.get(rule.name)) for rule in rules
    )


def needs_of(rules: Sequence[Rule], profile: Profile) -> frozenset[Need]:
    """What must be looked up to judge a tenant's sale: nothing for lists that are empty and limits not set."""
    needs: set[Need] = set()
    for rule in rules:
        if rule.has_limit and rule.name not in profile.limits:
            continue
        needs |= {need for need in rule.needs if isinstance(need, Counter) or need in profile.lists}
    return frozenset(needs)


def subject_of(need: Need, facts: RiskFacts) -> str | None:
    """Under which name the sale is listed or counted; `None`: the sale does not tell."""
    match need:
        case ListKind.CARD | Counter.CARD:
            return facts.fingerprint.hex() if facts.fingerprint is not None else None
        case ListKind.BIN:
            return facts.bin
        case ListKind.EMAIL:
            return normalised_email(facts.email) if facts.email else None
        case ListKind.BUYER:
            return facts.buyer
        case Counter.TENANT:
            return ""


def normalised_email(email: str) -> str:
    return email.strip().casefold()


def listed_text(kind: ListKind, entry: str) -> str:
    """An entry other than a card, as it is stored and compared. Raises `BadEntry`."""
    assert kind is not ListKind.CARD, "a card is listed by its fingerprint"
    text = normalised_email(entry) if kind is ListKind.EMAIL else entry.strip()
    if not text or (kind is ListKind.BIN and not (len(text) == 6 and text.isascii() and text.isdigit())):
        raise BadEntry
    return text


def listed_pan(entry: str) -> str:
    """A card number to be listed, as digits only. Raises `BadEntry`."""
    digits = entry.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19 and luhn_valid(digits)):
        raise BadEntry
    return digits


def bucket_of(instant: datetime) -> datetime:
    """The hour that a sale is counted in; 24 of them make the window that velocity rules look at."""
    return instant.replace(minute=0, second=0, microsecond=0)
