"""STP's REST interface as a SPEI rail.

An order whose answer never came is asked for by its tracking key before it is sent again, and STP refuses a tracking
key that it has: so no order goes out twice. Says `Unknown` for whatever STP answers against its own document.
"""

from __future__ import annotations

import structlog

from pasarela.rails.contract import (
    SpeiAccepted,
    SpeiAnswer,
    SpeiHeard,
    SpeiNotification,
    SpeiNotSeen,
    SpeiOrder,
    SpeiStanding,
    Unknown,
)
from pasarela.rails.spei.http_calls import HttpAnswer, HttpCalls, NoAnswer, json_call
from pasarela.rails.spei.settings import StpSettings
from pasarela.rails.spei.signing import Signer, cadena_original, query_cadena
from pasarela.rails.spei.wire import (
    INSTITUTION,
    NotUnderstood,
    body,
    operation_day,
    order_values,
    registration,
    standing,
)

_log = structlog.get_logger(__name__)


class StpRail:
    """One company at STP."""

    def __init__(self, settings: StpSettings, http: HttpCalls = json_call) -> None:
        self._settings = settings
        self._http = http
        self._signer = Signer(settings.private_key_pem, settings.passphrase)
        self._heard: SpeiHeard | None = None

    def on_notification(self, callback: SpeiHeard) -> None:
        assert self._heard is None, "one hears for the whole platform"
        self._heard = callback

    async def notified(self, notification: SpeiNotification) -> None:
        """What the door for STP's notifications hands over; returns once it is stored."""
        assert self._heard is not None, "wiring registers who hears before the door opens"
        await self._heard(notification)

    async def send(self, order: SpeiOrder) -> SpeiAnswer:
        values = order_values(order, self._settings.company)
        signed = body(values, self._signer.sign(cadena_original(values)))
        try:
            answer = await self._call("PUT", "/ordenPago/registra", signed)
            registered = registration(answer.body) if answer.status < 500 else Unknown()
        except NoAnswer as silence:
            return Unknown(reached=silence.reached)
        except NotUnderstood as error:
            _log.warning("stp.not_understood", tracking_key=order.tracking_key, reason=str(error))
            return Unknown()
        # STP has an order of ours with this tracking key: this one, sent before.
        return SpeiAccepted(order.tracking_key) if registered is None else registered

    async def find(self, order: SpeiOrder) -> SpeiStanding:
        company, key = self._settings.company, order.tracking_key
        day = operation_day(order.operation_date)
        values = {"empresa": company, "fechaOperacion": day, "claveRastreo": key, "institucionOperante": INSTITUTION}
        signed = body(values, self._signer.sign(query_cadena(company, day, key, INSTITUTION)))
        try:
            answer = await self._call("POST", "/ordenPago/consOrdEnvRastreo", signed)
            found = standing(answer.body, order) if answer.status < 500 else Unknown()
        except NoAnswer as silence:
            return Unknown(reached=silence.reached)
        except NotUnderstood as error:
            _log.warning("stp.not_understood", tracking_key=key, reason=str(error))
            return Unknown()
        return SpeiNotSeen() if found is None else found

    async def _call(self, method: str, path: str, content: bytes) -> HttpAnswer:
        return await self._http(method, f"{self._settings.base_url}{path}", content, self._settings.timeout_s)
