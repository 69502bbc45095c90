"""An issuer whose answers a test scripts, behind the authentication port: what it was asked it keeps."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections import deque
from dataclasses import replace

from pasarela.rails.authentication import (
    AuthenticationAnswer,
    AuthenticationRequest,
    AuthenticationResult,
    Challenge,
    ResultHeard,
    TransStatus,
)

CAVV = b64encode(b"12345678901234567890").decode()
DS_TRANS_ID = "f25084f0-5b16-4c0a-ae5d-b24808a95e4b"
ACS_TRANS_ID = "d7c1ee99-9478-44a6-b1f2-391e29c6b340"
ACS_URL = "https://bank.example/challenge"

_PROOFS = {TransStatus.AUTHENTICATED: ("05", CAVV), TransStatus.ATTEMPTED: ("06", CAVV)}


def result(server_trans_id: str, status: TransStatus, cancelled: str | None = None) -> AuthenticationResult:
    """A result about a Visa card."""
    eci, cavv = _PROOFS.get(status, ("07", None))
    return AuthenticationResult(
        server_trans_id, status, eci, cavv, DS_TRANS_ID, ACS_TRANS_ID, "2.2.0", cancelled=cancelled
    )


class ScriptedIssuer:
    """Answers with what `will` has said, in that order; without a script the payer is authenticated."""

    def __init__(self) -> None:
        self.asked: list[AuthenticationRequest] = []
        self.open = asyncio.Event()
        self.open.set()
        self._answers: deque[TransStatus | None] = deque()
        self._heard: ResultHeard | None = None

    def will(self, *statuses: TransStatus | None) -> None:
        """`None` is a challenge."""
        self._answers.extend(statuses)

    def on_result(self, heard: ResultHeard) -> None:
        self._heard = heard

    async def authenticate(self, request: AuthenticationRequest) -> AuthenticationAnswer:
        self.asked.append(request)
        await self.open.wait()
        status = self._answers.popleft() if self._answers else TransStatus.AUTHENTICATED
        if status is None:
            creq = f"creq-{len(self.asked)}"
            return Challenge(request.server_trans_id, ACS_URL, creq, DS_TRANS_ID, ACS_TRANS_ID, "2.2.0")
        return result(request.server_trans_id, status)

    async def tell(
        self, status: TransStatus, *, of: int = -1, cancelled: str | None = None, ds_trans_id: str = DS_TRANS_ID
    ) -> bool:
        """The result of the challenge that the request number `of` led to."""
        assert self._heard is not None
        told = result(self.asked[of].server_trans_id, status, cancelled)
        return await self._heard(replace(told, ds_trans_id=ds_trans_id))
