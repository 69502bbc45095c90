"""The 3DS server: one AReq for each authentication, whose silence, errors and nonsense all mean "nobody could say".

Results after challenges come in through `received`, from directories and never through a browser; they are stored by
whoever registered before the RRes says that they were taken. Card numbers are in no log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from pasarela.kernel.cards import Brand
from pasarela.rails.authentication import (
    AuthenticationAnswer,
    AuthenticationRequest,
    AuthenticationResult,
    ResultHeard,
    TransStatus,
)
from pasarela.rails.emv3ds import messages as m
from pasarela.rails.three_ds import wire
from pasarela.rails.three_ds.exchange import Exchange, NoAnswer
from pasarela.rails.three_ds.settings import ThreeDsSettings

_log = structlog.get_logger(__name__)


class ThreeDsServer:
    """`directories` by brand; a card of a brand that has none here can't be authenticated."""

    def __init__(self, directories: Mapping[Brand, Exchange], settings: ThreeDsSettings) -> None:
        self._directories = directories
        self._settings = settings
        self._heard: ResultHeard | None = None

    def on_result(self, heard: ResultHeard) -> None:
        assert self._heard is None, "one hears for the whole platform"
        self._heard = heard

    async def authenticate(self, request: AuthenticationRequest) -> AuthenticationAnswer:
        directory = self._directories.get(wire.brand(request))
        if directory is None:
            return _unavailable(request)
        message = m.encode(wire.areq(request, self._settings))
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                answer = await directory(message)
            return wire.answer_of(m.decode(answer, m.ARes), request)
        except (TimeoutError, NoAnswer) as silence:
            _log.warning("three_ds.no_answer", reason=str(silence) or "timeout", trans_id=request.server_trans_id)
        except m.NotUnderstood as error:
            _log.warning("three_ds.not_understood", reason=str(error), trans_id=request.server_trans_id)
        return _unavailable(request)

    async def received(self, body: bytes) -> bytes:
        """Answers an RReq: RRes once it is stored, Erro for anything else."""
        assert self._heard is not None, "wiring registers who hears before the door opens"
        try:
            rreq = m.decode(body, m.RReq)
            result = wire.result_of(rreq)
        except m.NotUnderstood as error:
            _log.warning("three_ds.result_not_understood", reason=str(error))
            return m.encode(error.erro("S", "RReq"))
        taken = await self._heard(result)
        if not taken:
            _log.warning("three_ds.result_for_nobody", trans_id=result.server_trans_id)
            unknown = m.NotUnderstood(m.TRANSACTION_UNKNOWN, "threeDSServerTransID")
            return m.encode(unknown.erro("S", "RReq"))
        return m.encode(wire.rres(rreq, taken=True))


def _unavailable(request: AuthenticationRequest) -> AuthenticationResult:
    return AuthenticationResult(request.server_trans_id, TransStatus.UNAVAILABLE)
