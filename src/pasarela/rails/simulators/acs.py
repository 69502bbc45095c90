"""The issuer's access control server in a box: answers AReqs, asks payers for a code, tells the directory the result.

A challenge is a row, so that any process of a sandbox answers the next step and a restart forgets none. It ends once:
by the right code, by three wrong ones, by the payer's cancelling, or by ten minutes of the platform's clock. The result
goes to the directory before the browser is sent back. Knows a card's last four digits only.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import structlog

from pasarela.infra.database import Database, SqlFiles
from pasarela.infra.due_work import PLATFORM, DueItem, DueKey, DueWork, Handlers
from pasarela.kernel.cards import Brand, brand_of
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource
from pasarela.kernel.money import Currency, Money
from pasarela.rails.emv3ds import messages as m
from pasarela.rails.emv3ds.eci import ECI
from pasarela.rails.simulators.authentication_outcomes import CHALLENGES, Behaviour

SQL = SqlFiles(__package__)

EXPIRE = "acs_simulator.expire"
CODE = "1234"
TRIES_MAX = 3
LIFE = timedelta(minutes=10)
REFERENCE = "3DS_PASARELA_ACS_220_00001"

CANCELLED_BY_PAYER = "01"
TIMED_OUT = "05"

_FAILED, _NO_MORE_CHALLENGES, _NO_RECORD, _FRAUD, _TOO_LATE = "01", "19", "08", "11", "14"
_PLAIN: Mapping[Behaviour, tuple[m.Status, str | None]] = {
    Behaviour.AUTHENTICATED: ("Y", None),
    Behaviour.ATTEMPTED: ("A", None),
    Behaviour.REFUSED: ("N", _FAILED),
    Behaviour.UNAVAILABLE: ("U", _NO_RECORD),
    Behaviour.REJECTED: ("R", _FRAUD),
}
_ENDS = {Behaviour.CHALLENGE: "Y", Behaviour.CHALLENGE_FAILS: "N", Behaviour.CHALLENGE_UNAVAILABLE: "U"}

_log = structlog.get_logger(__name__)

ToDirectory = Callable[[m.RReq], Awaitable[bool]]


class Notes(Protocol):
    """Who carries the codes; a sandbox catches them. The same id is the same message."""

    async def __call__(self, message_id: str, recipient: str, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class ShownChallenge:
    """A challenge as the payer sees it. `wrong` counts the wrong codes so far, `cres` is there once it has ended:
    then the browser goes back to `return_url`."""

    acs_trans_id: str
    merchant: str
    amount: Money
    last_four: str
    wrong: int
    tries_left: int
    return_url: str
    cres: str | None = None


class AcsSimulator:
    """`page_url` is where browsers find its page; `notes` sends the codes."""

    def __init__(
        self,
        database: Database,
        due_work: DueWork,
        clock: Clock,
        ids: IdSource,
        page_url: str,
        notes: Notes | None = None,
    ) -> None:
        self._database = database
        self._due_work = due_work
        self._clock = clock
        self._ids = ids
        self._page_url = page_url
        self._notes = notes
        self._tell: ToDirectory | None = None

    def on_result(self, tell: ToDirectory) -> None:
        """The directory that takes its results; once."""
        assert self._tell is None, "one directory stands before it"
        self._tell = tell

    def handlers(self) -> Handlers:
        """Its due work: challenges that nobody ends."""
        return {EXPIRE: self._expire}

    async def answer(self, asked: m.AReq, behaviour: Behaviour) -> m.ARes:
        """What it says to an AReq about a card that behaves so."""
        if behaviour in CHALLENGES:
            return await self._challenge(asked, behaviour)
        status, reason = _PLAIN[behaviour]
        return self._ares(asked, self._ids.uuid(), status, reason)

    async def show(self, creq: str) -> ShownChallenge | None:
        """The challenge that a browser brings; `None` when its CReq names none."""
        try:
            asked = m.from_browser(creq, m.CReq)
        except m.NotUnderstood:
            return None
        return await self._shown(asked.acs_trans_id)

    async def enter(self, acs_trans_id: str, tries_before: int, code: str) -> ShownChallenge | None:
        """The payer has typed `code`. A form that was sent before (`tries_before` has passed) counts for nothing."""
        async with self._database.batch() as tx:
            row = await tx.fetchrow(SQL["lock_challenge"], acs_trans_id)
            if row is None:
                return None
            if row["trans_status"] is not None or row["wrong"] != tries_before:
                return _shown(row)
            if code.strip() == row["code"]:
                status, reason = _ENDS[Behaviour(row["behaviour"])], None
            elif row["wrong"] + 1 >= TRIES_MAX:
                status, reason = "N", _NO_MORE_CHALLENGES
            else:
                await tx.execute(SQL["count_wrong_code"], acs_trans_id)
                return _shown({**dict(row), "wrong": row["wrong"] + 1})
            if status != "Y" and reason is None:
                reason = _FAILED
            ended = await tx.fetchrow(SQL["end_challenge"], acs_trans_id, status, reason, None)
            await self._due_work.cancel(tx, [DueKey(PLATFORM, EXPIRE, acs_trans_id)])
        return await self._told(ended)

    async def cancel(self, acs_trans_id: str) -> ShownChallenge | None:
        """The payer does not want to."""
        return await self._end(acs_trans_id, "N", _FAILED, CANCELLED_BY_PAYER)

    async def _expire(self, item: DueItem) -> None:
        await self._end(item.subject, "N", _TOO_LATE, TIMED_OUT)

    async def _end(self, acs_trans_id: str, status: str, reason: str, cancelled: str) -> ShownChallenge | None:
        async with self._database.batch() as tx:
            ended = await tx.fetchrow(SQL["end_challenge"], acs_trans_id, status, reason, cancelled)
            if ended is not None:
                await self._due_work.cancel(tx, [DueKey(PLATFORM, EXPIRE, acs_trans_id)])
        return await self._shown(acs_trans_id) if ended is None else await self._told(ended)

    async def _shown(self, acs_trans_id: str) -> ShownChallenge | None:
        rows = await self._database.batch_fetch(SQL["read_challenge"], acs_trans_id)
        return _shown(rows[0]) if rows else None

    async def _told(self, row: Any) -> ShownChallenge:
        """Tells the directory; a result that is not taken is the server's to miss, as in the world outside."""
        assert self._tell is not None, "a directory stands before it"
        if not await self._tell(_rreq(row)):
            _log.warning("acs_simulator.result_not_taken", acs_trans_id=row["acs_trans_id"])
        return _shown(row)

    async def _challenge(self, asked: m.AReq, behaviour: Behaviour) -> m.ARes:
        acs_trans_id, now = self._ids.uuid(), self._clock.now()
        ares = self._ares(asked, acs_trans_id, "C", None)
        brand = brand_of(asked.acct_number.reveal())
        assert brand is not None, "only brands with a programme get here"
        async with self._database.batch() as tx:
            await tx.execute(
                SQL["insert_challenge"],
                acs_trans_id,
                asked.three_ds_server_trans_id,
                asked.ds_trans_id,
                behaviour.value,
                CODE,
                brand.value,
                asked.acct_number.reveal()[-4:],
                asked.merchant_name,
                int(asked.purchase_amount),
                Currency.of_numeric(asked.purchase_currency).code,
                asked.notification_url,
                now,
            )
            await self._due_work.schedule(tx, [DueKey(PLATFORM, EXPIRE, acs_trans_id).at(now + LIFE)])
        if self._notes is not None:
            text = f"{CODE} es tu código para autorizar tu compra en {asked.merchant_name}."
            await self._notes(f"acs-{acs_trans_id}", f"XXXXXX{asked.acct_number.reveal()[-4:]}", text)
        return ares

    def _ares(self, asked: m.AReq, acs_trans_id: str, status: m.Status, reason: str | None) -> m.ARes:
        assert asked.ds_trans_id is not None, "it came through a directory"
        assert asked.ds_reference_number is not None, "which has a reference number"
        eci, cavv = _proof(brand_of(asked.acct_number.reveal()), status, acs_trans_id)
        challenge = status == "C"
        return m.ARes(
            message_version=asked.message_version,
            three_ds_server_trans_id=asked.three_ds_server_trans_id,
            ds_trans_id=asked.ds_trans_id,
            ds_reference_number=asked.ds_reference_number,
            acs_trans_id=acs_trans_id,
            acs_reference_number=REFERENCE,
            acs_operator_id="PASARELA-ACS",
            trans_status=status,
            trans_status_reason=reason,
            eci=eci,
            authentication_value=cavv,
            acs_challenge_mandated="Y" if challenge else None,
            acs_url=self._page_url if challenge else None,
            authentication_type="02" if challenge else None,
        )


def _proof(brand: Brand | None, status: str, acs_trans_id: str) -> tuple[str | None, str | None]:
    """The indicator and the value that prove an authentication or an attempt."""
    if brand is None or status == "C":
        return None, None
    eci = ECI[brand]
    if status not in {"Y", "A"}:
        return eci.nothing, None
    value = hashlib.sha256(f"cavv/{acs_trans_id}".encode()).digest()[: m.CAVV_BYTES]
    return (eci.authenticated if status == "Y" else eci.attempted), b64encode(value).decode()


def _rreq(row: Any) -> m.RReq:
    eci, cavv = _proof(Brand(row["brand"]), row["trans_status"], row["acs_trans_id"])
    return m.RReq(
        message_version=m.VERSION,
        three_ds_server_trans_id=row["server_trans_id"],
        ds_trans_id=row["ds_trans_id"],
        acs_trans_id=row["acs_trans_id"],
        message_category="01",
        authentication_type="02",
        authentication_method="02",
        trans_status=row["trans_status"],
        trans_status_reason=row["reason"],
        eci=eci,
        authentication_value=cavv,
        interaction_counter=f"{row['wrong'] + 1:02d}",
        challenge_cancel=row["cancelled"],
    )


def _shown(row: Any) -> ShownChallenge:
    return ShownChallenge(
        acs_trans_id=row["acs_trans_id"],
        merchant=row["merchant"],
        amount=Money(row["amount"], Currency.of(row["currency"])),
        last_four=row["last_four"],
        wrong=row["wrong"],
        tries_left=TRIES_MAX - row["wrong"],
        return_url=row["return_url"],
        cres=_cres(row) if row["trans_status"] else None,
    )


def _cres(row: Any) -> str:
    return m.to_browser(
        m.CRes(
            message_version=m.VERSION,
            three_ds_server_trans_id=row["server_trans_id"],
            acs_trans_id=row["acs_trans_id"],
            challenge_completion_ind="Y",
            trans_status="Y" if row["trans_status"] == "Y" else "N",
        )
    )
