"""Verifies a webhook by hand, with the code that its endpoint was sent."""

from __future__ import annotations

import hmac

from pasarela.core.context import Caller
from pasarela.core.webhooks.errors import UnknownWebhook, WrongVerificationCode
from pasarela.core.webhooks.model import Webhook
from pasarela.core.webhooks.repository import SQL, webhook_from
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock


class VerifyWebhook:
    """The verb. Doing it again changes nothing."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def __call__(self, caller: Caller, webhook_id: str, code: str) -> Webhook:
        """The webhook, verified. Raises `UnknownWebhook`, `WrongVerificationCode`."""
        tenant_id = caller.tenant_id
        async with self._db.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["webhook_by_id"], tenant_id, webhook_id)
            if row is None:
                raise UnknownWebhook
            if not hmac.compare_digest(row["verification_code"].encode(), code.encode()):
                raise WrongVerificationCode
            await tx.execute(SQL["note_verified"], tenant_id, webhook_id, self._clock.now(tenant_id))
            row = await tx.fetchrow(SQL["webhook_by_id"], tenant_id, webhook_id)
        assert row is not None, "nobody deletes rows that were seen"
        return webhook_from(row)
