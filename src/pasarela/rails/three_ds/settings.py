"""Who we are to the card brands' directories, and how long we wait for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ThreeDsSettings:
    """`server_url` is where directories tell us results; `reference` and `operator` are what EMVCo and the brands gave
    us, `acquirer_bin` what the brands know our acquirer by. `requestor_url` is the platform's own page."""

    server_url: str
    requestor_url: str
    acquirer_bin: str = "400000"
    reference: str = "3DS_PASARELA_SERVER_220_00001"
    operator: str | None = None
    timeout_s: float = 10.0
