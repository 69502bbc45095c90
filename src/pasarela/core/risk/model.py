"""What a sale is judged by, and the judgement. A card appears by its fingerprints and first digits only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Protocol

from pasarela.kernel.money import Money


class ListKind(Enum):
    """What a tenant can refuse by name."""

    CARD = "card"
    BIN = "bin"
    EMAIL = "email"
    BUYER = "buyer"


class Counter(Enum):
    """What velocity rules count, over the last 24 hours: a card's sales, or all of the tenant's."""

    CARD = "card"
    TENANT = "tenant"


class Effect(Enum):
    """What meeting a rule does to a sale: refuses it, or holds it for somebody to look at."""

    REFUSE = "refuse"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Reading:
    """Allowed sales of the last 24 hours, this one included; the amount of those in its currency."""

    count: int
    amount_minor: int


Need = ListKind | Counter
"""What a rule must know that the sale itself does not tell."""

Limits = Mapping[str, int]
"""Values that a tenant has set, by rule; amounts in minor units of the sale's currency."""


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """A sale about to be sent. Who asks for a verdict leaves out `listed` and `readings`. `review_wished`: a sandbox's
    caller wants to see how a sale is held."""

    tenant_id: int
    api: str
    amount: Money
    at: datetime
    fingerprint: bytes | None = None
    platform_fingerprint: bytes | None = None
    bin: str | None = None
    email: str | None = None
    buyer: str | None = None
    ip: str | None = None
    device_session: str | None = None
    review_wished: bool = False
    listed: Mapping[ListKind, str] = field(default_factory=lambda: MappingProxyType({}))
    readings: Mapping[Counter, Reading] = field(default_factory=lambda: MappingProxyType({}))


class Rule(Protocol):
    """One rule. `needs` names what must be looked up before `meets` is asked; `has_limit`, whether the tenant
    sets a value without which the rule is off."""

    @property
    def name(self) -> str: ...

    @property
    def needs(self) -> frozenset[Need]: ...

    @property
    def has_limit(self) -> bool: ...

    @property
    def effect(self) -> Effect: ...

    def evaluate(self, facts: RiskFacts, limits: Limits) -> bool:
        """Whether the sale meets the rule."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """`matched` names every rule that the sale meets, in the order of the rules; `review`: allowed, but to be
    held for somebody to look at."""

    allowed: bool
    matched: tuple[str, ...] = ()
    review: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """What a tenant has set up: its limits, and which of its lists have entries at all."""

    limits: Limits
    lists: frozenset[ListKind]


@dataclass(frozen=True, slots=True)
class Explained:
    """One rule and a sale: whether it meets it, and the limit that decides, if the rule has one that is set."""

    rule: str
    effect: Effect
    met: bool
    limit: int | None


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An entry of a list. `shown` is what people may see: a card's number masked."""

    kind: ListKind
    entry: str
    shown: str
    reason: str
    listed_at: datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """A value that a tenant has set for a rule."""

    rule: str
    value: int
    set_at: datetime
