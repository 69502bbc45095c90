"""Why there is no rate, and why a list of rates is refused."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class NoExchangeRate(Refusal):
    """The currency can't be converted now: there is no rate, or only one that is too old."""

    rule = "exchange_rate"
    field = "currency"


class BadRateFile(Refusal):
    """The file is not a list of exchange rates."""

    rule = "rate_file"

    def __init__(self, line: int, problem: str, *, field: str | None = None) -> None:
        super().__init__(f"line {line}: {problem}", field=field)
        self.line = line
