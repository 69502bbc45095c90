"""Webhooks in memory, behind the dialects' port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pasarela.core.context import Caller
from pasarela.core.webhooks.errors import UnknownWebhook, WrongVerificationCode
from pasarela.core.webhooks.model import NewWebhook, Webhook
from pasarela.facades.toolkit.ports import Webhooks
from pasarela.kernel.paging import Page
from tests.fakes.stopped_clock import StoppedClock


class FakeWebhooks:
    """`is_slow` leaves new ones unverified; `heard` is told every call and may raise."""

    def __init__(self, clock: StoppedClock, heard: Callable[[Caller | None, object], None]) -> None:
        self.clock = clock
        self.heard = heard
        self.is_slow = False
        self.held: dict[str, Webhook] = {}
        self.codes: dict[str, str] = {}

    def port(self) -> Webhooks:
        return Webhooks(create=self.create, verify=self.verify, delete=self.delete, get=self.get, list=self.list)

    async def create(self, caller: Caller, new: NewWebhook) -> Webhook:
        self.heard(caller, new)
        now = self.clock.now()
        verified_at = None if self.is_slow else now
        webhook = Webhook(caller.tenant_id, new.webhook_id, new.url, new.user, new.event_types, now, verified_at)
        self.held[new.webhook_id], self.codes[new.webhook_id] = webhook, new.code
        return webhook

    async def verify(self, caller: Caller, webhook_id: str, code: str) -> Webhook:
        webhook = await self.get(caller.tenant_id, webhook_id)
        if self.codes[webhook_id] != code:
            raise WrongVerificationCode
        self.held[webhook_id] = replace(webhook, verified_at=self.clock.now())
        return self.held[webhook_id]

    async def get(self, tenant_id: int, webhook_id: str) -> Webhook:
        self.heard(None, webhook_id)
        if webhook_id not in self.held:
            raise UnknownWebhook
        return self.held[webhook_id]

    async def list(self, tenant_id: int, page: Page) -> Sequence[Webhook]:
        self.heard(None, page)
        return list(self.held.values())

    async def delete(self, caller: Caller, webhook_id: str) -> None:
        await self.get(caller.tenant_id, webhook_id)
        del self.held[webhook_id]
