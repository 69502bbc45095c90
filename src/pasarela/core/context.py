"""Who is calling, as every core verb receives it. Below all slices: it knows ids and modes, no business."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

REVIEW = "review"
"""The wish that a payment be held until somebody has looked at it."""


class Mode(Enum):
    """Whether a tenant plays with test cards or with real money."""

    TEST = "test"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated tenant on one dialect, for the length of one request.

    `account` is the tenant's public id in that dialect (Openpay's merchant id); `request_id` ties everything that
    the call does to the request log; `outcome` is the sandbox's wish for the rail's answer, if one was sent.
    """

    tenant_id: int
    api: str
    account: str
    name: str
    mode: Mode
    request_id: str
    outcome: str | None = None
