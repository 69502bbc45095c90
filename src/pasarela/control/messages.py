"""`/messages`: the e-mails and SMS that were written to payers."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import answer, instant
from pasarela.control.bodies import known_parameters, whole_number
from pasarela.control.plane import ControlPlane
from pasarela.kernel.paging import Page

LIMIT, LIMIT_MAX = 20, 100


class Messages:
    """The handler."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane

    async def index(self, request: Request) -> Response:
        """Newest first; `about` is a transaction's id, `to` a recipient."""
        known_parameters(request, "tenant", "about", "to", "limit")
        given = request.query_params
        tenant = await self._plane.finder.find(given["tenant"]) if "tenant" in given else None
        found = await self._plane.messages.list(
            Page(limit=whole_number(request, "limit", LIMIT, LIMIT_MAX)),
            tenant_id=tenant.tenant_id if tenant else None,
            about=given.get("about"),
            recipient=given.get("to"),
        )
        return answer(
            {
                "messages": [
                    {
                        "id": message.message_id,
                        "channel": message.channel.value,
                        "to": message.recipient,
                        "subject": message.subject,
                        "text": message.body,
                        "html": message.html,
                        "about": message.about,
                        "created_at": instant(message.created_at),
                        "sent_at": instant(message.sent_at) if message.sent_at else None,
                        "refused": message.refusal,
                    }
                    for message in found
                ]
            }
        )
