"""Who we are at STP, and how long we wait for it."""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.kernel.secret import Secret


@dataclass(frozen=True, slots=True)
class StpSettings:
    """`base_url` ends before `/ordenPago` (`https://prod.stpmex.com/speiws/rest`); `company` is the alias that STP
    gave us. With `user` and `password` STP signs in when it notifies us."""

    base_url: str
    company: str
    private_key_pem: Secret
    passphrase: Secret | None
    user: str
    password: Secret
    timeout_s: float = 10.0

    def __post_init__(self) -> None:
        assert self.base_url.startswith("https://") or self.base_url.startswith("http://127.0.0.1"), "orders are secret"
        assert not self.base_url.endswith("/"), "paths begin with a slash"
