"""Creates a webhook, once its endpoint has answered a call that asks whether it wants to be told.

No transaction is open while the endpoint is called. What stands meanwhile, and what a process leaves behind that dies
then, is an unverified webhook, as is one whose endpoint did not answer in time: the code may have reached it, and
verifies it by hand.
"""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.webhooks.errors import EndpointNotReached, EndpointRefused, UnusableUrl, WebhookExists
from pasarela.core.webhooks.model import NewWebhook, Webhook
from pasarela.core.webhooks.passwords import Passwords
from pasarela.core.webhooks.queries import Webhooks
from pasarela.core.webhooks.repository import SQL
from pasarela.core.webhooks.rules import likeness
from pasarela.infra.database import Database
from pasarela.infra.egress import Forbidden
from pasarela.infra.http_client import HttpClient, NoAnswer, NotReached
from pasarela.kernel.clock import Clock

_JSON = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Pasarela webhooks"}


class CreateWebhook:
    """The verb."""

    def __init__(self, db: Database, http: HttpClient, passwords: Passwords, clock: Clock) -> None:
        self._db = db
        self._http = http
        self._passwords = passwords
        self._queries = Webhooks(db)
        self._clock = clock

    async def __call__(self, caller: Caller, new: NewWebhook) -> Webhook:
        """The webhook, verified or not. On a refusal nothing stands.

        Raises `UnusableUrl`, `WebhookExists`, `EndpointNotReached`, `EndpointRefused`.
        """
        try:
            self._http.check(new.url)
        except Forbidden as forbidden:
            raise UnusableUrl(f"url {forbidden}") from None
        await self._insert(caller.tenant_id, new)
        if new.verification is None:
            await self._change("note_verified", caller.tenant_id, new.webhook_id)
        else:
            await self._ask(caller.tenant_id, new, new.verification)
        return await self._queries.get(caller.tenant_id, new.webhook_id)

    async def _ask(self, tenant_id: int, new: NewWebhook, body: bytes) -> None:
        auth = (new.user or "", new.password.reveal() if new.password else "") if new.user or new.password else None
        try:
            answered = await self._http.post(new.url, body, _JSON, auth)
        except NoAnswer:
            return
        except (NotReached, Forbidden) as error:
            await self._drop(tenant_id, new.webhook_id)
            raise EndpointNotReached(f"The endpoint can't be reached: {error}") from error
        if not answered.is_success:
            await self._drop(tenant_id, new.webhook_id)
            raise EndpointRefused(answered.status)
        await self._change("note_verified", tenant_id, new.webhook_id)

    async def _insert(self, tenant_id: int, new: NewWebhook) -> None:
        sealed = self._passwords.seal(tenant_id, new.webhook_id, new.password) if new.password else None
        async with self._db.tenant(tenant_id) as tx:
            inserted = await tx.fetchval(
                SQL["insert_webhook"],
                tenant_id,
                new.webhook_id,
                new.url,
                new.user,
                sealed,
                list(new.event_types),
                likeness(new.url, new.user, new.event_types),
                new.code,
                self._clock.now(tenant_id),
            )
        if inserted is None:
            raise WebhookExists

    async def _change(self, statement: str, tenant_id: int, webhook_id: str) -> None:
        async with self._db.tenant(tenant_id) as tx:
            await tx.execute(SQL[statement], tenant_id, webhook_id, self._clock.now(tenant_id))

    async def _drop(self, tenant_id: int, webhook_id: str) -> None:
        async with self._db.tenant(tenant_id) as tx:
            await tx.execute(SQL["drop_webhook"], tenant_id, webhook_id)
