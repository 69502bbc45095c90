"""A card brand's directory in a box: passes AReqs on to the issuer and results back, bytes in and bytes out.

The directory behind all brands is one, as the issuer behind it. What it understands it passes on with its own
transaction id; what it does not it answers with EMVCo's Erro. It can be told to be silent or to fail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import structlog

from pasarela.kernel.ids import IdSource
from pasarela.rails.contract import FaultPlan
from pasarela.rails.emv3ds import messages as m
from pasarela.rails.simulators.acs import AcsSimulator
from pasarela.rails.simulators.authentication_outcomes import Behaviour, behaviour_of

_log = structlog.get_logger(__name__)

TARGET = "three_ds"
REFERENCE = "3DS_PASARELA_DS_220_00001"
SILENCE_S = 120
"""Longer than any server waits."""

Tell = Callable[[bytes], Awaitable[bytes]]
"""Brings a message to the 3DS server and its answer back. May raise whatever a network raises."""


class DirectorySimulator:
    """`tell` reaches the 3DS server; `faults` are asked once for each AReq."""

    def __init__(self, acs: AcsSimulator, tell: Tell, ids: IdSource, faults: FaultPlan | None = None) -> None:
        self._acs = acs
        self._ids = ids
        self._tell = tell
        self._faults = faults
        acs.on_result(self.result)

    async def received(self, body: bytes) -> bytes:
        """Answers an AReq with the issuer's ARes."""
        try:
            asked = m.decode(body, m.AReq)
        except m.NotUnderstood as error:
            return m.encode(error.erro("D", "AReq"))
        behaviour = behaviour_of(asked.acct_number)
        word, _, value = (self._next_fault() or "").partition(":")
        if behaviour is Behaviour.SILENCE or word in {"timeout", "drop", "late_approval"}:
            await asyncio.sleep(SILENCE_S)
        if behaviour is Behaviour.ERROR or word in {"error", "decline"}:
            return m.encode(m.NotUnderstood(m.SYSTEM_FAILED, "asked to fail").erro("D", "AReq"))
        if word == "delay":
            await asyncio.sleep(int(value) / 1000)
        marked = msgspec.structs.replace(asked, ds_trans_id=self._ids.uuid(), ds_reference_number=REFERENCE)
        return m.encode(await self._acs.answer(marked, behaviour))

    async def result(self, rreq: m.RReq) -> bool:
        """Passes a result on to the server; whether that took it."""
        try:
            rres = m.decode(await self._tell(m.encode(rreq)), m.RRes)
        except m.NotUnderstood as error:
            _log.warning("directory_simulator.result_not_taken", reason=str(error))
            return False
        return rres.results_status == "01"

    def _next_fault(self) -> str | None:
        return self._faults.next_fault(TARGET) if self._faults is not None else None
