"""The door for STP's notifications, without a web framework: credentials, a path's last word and a body in, a status
and a body out. STP repeats what is not answered with 200, so that is answered only when it is stored.
"""

from __future__ import annotations

import base64
import binascii
import hmac

import msgspec
import structlog

from pasarela.rails.spei.rail import StpRail
from pasarela.rails.spei.settings import StpSettings
from pasarela.rails.spei.wire import NotUnderstood, deposit, state_change

DEPOSITS, STATES = "abonos", "estados"
BODY_BYTES_MAX = 64 * 1024

_log = structlog.get_logger(__name__)

Answered = tuple[int, bytes]


class StpNotifications:
    """Reads notifications and hands them to the rail."""

    def __init__(self, rail: StpRail, settings: StpSettings) -> None:
        self._rail = rail
        self._credentials = f"{settings.user}:{settings.password.reveal()}".encode()

    async def received(self, kind: str, authorization: str | None, message: bytes) -> Answered:
        """`kind` is `abonos` or `estados`. 401 without STP's credentials, 400 for what can't be read."""
        if not self._is_stp(authorization):
            return _answer(401, "credenciales")
        if kind not in (DEPOSITS, STATES):
            return _answer(404, "no existe")
        try:
            notification = deposit(message) if kind == DEPOSITS else state_change(message)
        except NotUnderstood as error:
            _log.warning("stp.not_understood", kind=kind, reason=str(error))
            return _answer(400, "no se entiende")
        if notification is not None:
            await self._rail.notified(notification)
        return _answer(200, "confirmar" if kind == DEPOSITS else "recibido")

    def _is_stp(self, authorization: str | None) -> bool:
        scheme, _, credentials = (authorization or "").partition(" ")
        try:
            given = base64.b64decode(credentials.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(given, self._credentials)


def _answer(status: int, word: str) -> Answered:
    return status, msgspec.json.encode({"mensaje": word})
