"""No way to SPEI: where none is configured, payouts wait, visibly, and nothing is lost."""

from __future__ import annotations

from pasarela.rails.contract import SpeiAnswer, SpeiHeard, SpeiOrder, SpeiStanding, Unknown


class NoSpei:
    """Reaches nobody."""

    async def send(self, order: SpeiOrder) -> SpeiAnswer:  # noqa: ARG002 - the port's signature
        return Unknown(reached=False)

    async def find(self, order: SpeiOrder) -> SpeiStanding:  # noqa: ARG002 - the port's signature
        return Unknown(reached=False)

    def on_notification(self, callback: SpeiHeard) -> None:
        """Nobody tells anything."""
