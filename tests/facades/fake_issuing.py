"""The issuing slice behind its ports, for dialects that don't issue: nobody may ask it anything."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pasarela.facades.toolkit.issuing_ports import Issuing


async def _nobody(*_given: Any, **_named: Any) -> Any:
    raise AssertionError("only NeCIPCo's calls issue cards")


def no_issuing() -> Issuing:
    ports: dict[str, Any] = {field.name: _nobody for field in fields(Issuing)}
    return Issuing(**ports)
