"""Authentications between their rows and their dataclass. Used by this slice only."""

from __future__ import annotations

import asyncpg
import msgspec

from pasarela.core.authentication.model import Authentication, AuthenticationStatus, Challenge, Terms
from pasarela.core.payments.model import CardView
from pasarela.infra.database import SqlFiles
from pasarela.rails.authentication import AuthenticationResult, TransStatus

SQL = SqlFiles(__package__)

_card = msgspec.json.Decoder(CardView)
_terms = msgspec.json.Decoder(Terms)


def as_json(value: CardView | Terms) -> str:
    return msgspec.json.encode(value).decode()


def authentication_from(row: asyncpg.Record) -> Authentication:
    return Authentication(
        tenant_id=row["tenant_id"],
        authentication_id=row["authentication_id"],
        payment_id=row["payment_id"],
        number=row["number"],
        try_id=row["try_id"],
        status=AuthenticationStatus(row["status"]),
        fingerprint=row["fingerprint"],
        card=_card.decode(row["card"]),
        source_id=row["source_id"],
        cvv_key=row["cvv_key"],
        terms=_terms.decode(row["terms"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        challenge=Challenge(row["acs_url"], row["creq"]) if row["creq"] is not None else None,
        result=_result(row) if row["trans_status"] is not None else None,
        acs_ids=(row["ds_trans_id"], row["acs_trans_id"]),
    )


def _result(row: asyncpg.Record) -> AuthenticationResult:
    return AuthenticationResult(
        server_trans_id=row["authentication_id"],
        status=TransStatus(row["trans_status"]),
        eci=row["eci"],
        cavv=row["cavv"],
        ds_trans_id=row["ds_trans_id"],
        acs_trans_id=row["acs_trans_id"],
        version=row["version"],
        reason=row["reason"],
        cancelled=row["cancelled"],
    )
