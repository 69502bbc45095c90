"""What the slice's verbs write: begins authentications and ends them, each at most once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pasarela.core.authentication.model import Authentication, AuthenticationStatus, Terms
from pasarela.core.authentication.repository import SQL, as_json, authentication_from
from pasarela.core.authentication.rules import CHALLENGE_LIFE, CONCLUDE_AFTER
from pasarela.core.payments.model import CardView
from pasarela.infra.database import Tx
from pasarela.infra.due_work import DueKey, DueWork
from pasarela.rails.authentication import AuthenticationResult, Challenge

CONCLUDE = "authentication.conclude"


@dataclass(frozen=True, slots=True)
class Beginning:
    """An authentication about to be recorded; fields as of `Authentication`."""

    tenant_id: int
    authentication_id: str
    payment_id: str
    number: int
    try_id: str
    status: AuthenticationStatus
    fingerprint: bytes
    card: CardView
    source_id: str | None
    cvv_key: str | None
    terms: Terms
    created_at: datetime
    expires_at: datetime


async def begin(tx: Tx, new: Beginning) -> Authentication | None:
    """`None` when somebody else has begun the payment's next authentication at the same instant."""
    row = await tx.fetchrow(
        SQL["insert_authentication"],
        new.tenant_id,
        new.authentication_id,
        new.payment_id,
        new.number,
        new.try_id,
        new.status.value,
        new.fingerprint,
        as_json(new.card),
        new.source_id,
        new.cvv_key,
        as_json(new.terms),
        new.created_at,
        new.expires_at,
    )
    return None if row is None else authentication_from(row)


async def challenged(tx: Tx, asked: Authentication, challenge: Challenge, at: datetime) -> Authentication | None:
    """The payer has to go to his issuer's page; `None` when the authentication has ended meanwhile."""
    row = await tx.fetchrow(
        SQL["challenge_payer"],
        asked.tenant_id,
        asked.authentication_id,
        challenge.acs_url,
        challenge.creq,
        challenge.ds_trans_id,
        challenge.acs_trans_id,
        challenge.version,
        at + CHALLENGE_LIFE,
    )
    return None if row is None else authentication_from(row)


async def ended(tx: Tx, due_work: DueWork, result: AuthenticationResult, at: datetime) -> Authentication | None:
    """`None` when it ended before. Leaves due work behind, so that the payment goes on although nobody comes back."""
    row = await tx.fetchrow(
        SQL["end_authentication"],
        result.server_trans_id,
        result.status.value,
        result.reason,
        result.cancelled,
        result.eci,
        result.cavv,
        result.ds_trans_id,
        result.acs_trans_id,
        result.version,
        at,
    )
    if row is None:
        return None
    key = DueKey(row["tenant_id"], CONCLUDE, row["authentication_id"])
    await due_work.schedule(tx, [key.at(at + CONCLUDE_AFTER)])
    return authentication_from(row)
