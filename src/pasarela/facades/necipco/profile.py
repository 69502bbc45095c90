"""What this dialect is called and where it lies, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.kernel.money import Currency


@dataclass(frozen=True, slots=True)
class Profile:
    """`api` names it in the core and the log, `mount` is its place on our host. Amounts are in `currency`: its calls
    name none."""

    api: str
    title: str
    mount: str
    currency: Currency


NECIPCO = Profile(api="necipco", title="NeCIPCo", mount="/necipco", currency=Currency.MXN)
