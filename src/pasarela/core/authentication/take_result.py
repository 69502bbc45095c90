"""Takes what an issuer tells, through its directory, about a challenge: this counts, and what a browser brings does
not. Stored before it is acknowledged; the payment goes on afterwards."""

from __future__ import annotations

from pasarela.core.authentication.queries import Authentications
from pasarela.core.authentication.writing import ended
from pasarela.infra.database import Database
from pasarela.infra.due_work import DueWork
from pasarela.kernel.clock import Clock
from pasarela.rails.authentication import AuthenticationResult


class TakeResult:
    """The rail's callback; the same result may come any number of times."""

    def __init__(self, database: Database, queries: Authentications, due_work: DueWork, clock: Clock) -> None:
        self._database = database
        self._queries = queries
        self._due_work = due_work
        self._clock = clock

    async def __call__(self, result: AuthenticationResult) -> bool:
        """Whether it is about an authentication of ours: the directory's and the issuer's own ids must be those that
        they gave when they asked for the challenge, which no browser has seen both of."""
        standing = await self._queries.by_id(result.server_trans_id)
        if standing is None or standing.acs_ids != (result.ds_trans_id, result.acs_trans_id):
            return False
        at = self._clock.now(standing.tenant_id)
        async with self._database.batch() as tx:
            await ended(tx, self._due_work, result, at)
        return True
