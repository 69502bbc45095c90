"""Instalments on the wire: how many, at whose interest, after how many months; and the affiliation that they go by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pasarela.rails.card_network.settings import CardNetworkSettings
from pasarela.rails.card_network.wire import authorisation
from pasarela.rails.contract import Acceptor, CardAuthorization, CardPurpose, Trace
from pasarela.rails.iso8583 import fields
from tests.rails.card_world import card, mxn

TRACE = Trace("000001", "000000000001", datetime(2026, 11, 21, 12, tzinfo=UTC))
AFFILIATION = Acceptor("781500", "Tienda", terminal_id="00000042")

_ELEMENTS = ("IN0203", "IN0206", "IN0218", "IP01P", "DM0206")


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ({}, []),
        ({"instalments": 6}, ["IN0206"]),
        ({"instalments": 18, "interest_by_payer": True}, ["IN0218", "IP01P"]),
        ({"instalments": 3, "deferred_months": 6}, ["IN0203", "DM0206"]),
    ],
)
def test_a_plan(plan: dict[str, Any], told: list[str]) -> None:
    request = CardAuthorization(TRACE, AFFILIATION, card(), mxn(10_000), CardPurpose.SALE, **plan)

    message = authorisation(request, CardNetworkSettings())

    sent = message.frame()
    assert [element for element in _ELEMENTS if element.encode() in sent] == told
    assert (message.need(fields.TERMINAL), message.need(fields.MERCHANT)) == ("00000042", "781500         ")
