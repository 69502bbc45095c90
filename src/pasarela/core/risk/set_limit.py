"""Sets what a rule allows a tenant, or switches the rule off."""

from __future__ import annotations

from collections.abc import Sequence

from pasarela.core.risk.errors import BadLimit, UnknownRule
from pasarela.core.risk.model import Rule
from pasarela.core.risk.profiles import Profiles
from pasarela.core.risk.repository import SQL
from pasarela.core.risk.rules import RULES
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock
from pasarela.kernel.money import MAX_MINOR


class SetLimit:
    """The tenant's or the operator's decision about one rule."""

    def __init__(self, db: Database, profiles: Profiles, clock: Clock, rules: Sequence[Rule] = RULES) -> None:
        self._db = db
        self._profiles = profiles
        self._clock = clock
        self._names = frozenset(rule.name for rule in rules if rule.has_limit)

    async def __call__(self, tenant_id: int, rule: str, value: int | None) -> None:
        """`value` is a number of sales, or an amount in minor units of whatever currency a sale is in; `None`
        switches the rule off. Raises `UnknownRule`, `BadLimit`."""
        if rule not in self._names:
            raise UnknownRule
        if value is not None and not 0 <= value <= MAX_MINOR:
            raise BadLimit
        async with self._db.tenant(tenant_id) as tx:
            if value is None:
                await tx.execute(SQL["delete_limit"], tenant_id, rule)
            else:
                await tx.execute(SQL["set_limit"], tenant_id, rule, value, self._clock.now(tenant_id))
        self._profiles.forget(tenant_id)
