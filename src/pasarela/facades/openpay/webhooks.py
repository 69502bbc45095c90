"""Webhooks: create, verify by hand, get, list, delete."""

from __future__ import annotations

from pasarela.core.webhooks.errors import WrongVerificationCode
from pasarela.core.webhooks.model import NewWebhook, Webhook
from pasarela.facades.openpay import present
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.webhooks import (
    VERIFICATION,
    VerificationAnswer,
    WebhookAnswer,
    WebhookBody,
    WebhookFilters,
)
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.mexico_time import iso_seconds
from pasarela.facades.toolkit.wire import parse_filters
from pasarela.kernel.paging import Page
from pasarela.kernel.secret import Secret

CODE_LENGTH = 8


async def create(call: Call[Profile]) -> Reply:
    body = WebhookBody.parse(call.json())
    webhook_id, code = call.operation_id, call.services.ids.fresh("")[-CODE_LENGTH:]
    asked = VerificationAnswer(VERIFICATION, iso_seconds(call.at), code, webhook_id)
    new = NewWebhook(
        webhook_id=webhook_id,
        url=body.url,
        user=body.user,
        password=Secret(body.password) if body.password else None,
        event_types=body.event_types,
        code=code,
        verification=present.encode(asked),
    )
    return _reply(201, await call.services.webhooks.create(call.caller, new))


async def verify(call: Call[Profile]) -> Reply:
    code = call.params["code"]
    if not (len(code) == CODE_LENGTH and code.isascii()):
        raise WrongVerificationCode
    return _reply(200, await call.services.webhooks.verify(call.caller, call.id("webhook_id"), code))


async def get(call: Call[Profile]) -> Reply:
    return _reply(200, await call.services.webhooks.get(call.caller.tenant_id, call.id("webhook_id")))


async def find(call: Call[Profile]) -> Reply:
    filters = parse_filters(WebhookFilters, call.query())
    found = await call.services.webhooks.list(call.caller.tenant_id, Page(filters.offset, filters.limit))
    return Reply(200, present.encode([_shown(webhook) for webhook in found]))


async def delete(call: Call[Profile]) -> Reply:
    await call.services.webhooks.delete(call.caller, call.id("webhook_id"))
    return Reply(204, b"")


def _reply(status: int, webhook: Webhook) -> Reply:
    return Reply(status, present.encode(_shown(webhook)))


def _shown(webhook: Webhook) -> WebhookAnswer:
    """Objeto Webhook."""
    return WebhookAnswer(
        id=webhook.webhook_id,
        url=webhook.url,
        user=webhook.user,
        event_types=list(webhook.event_types),
        status="verified" if webhook.is_verified else "unverified",
    )
