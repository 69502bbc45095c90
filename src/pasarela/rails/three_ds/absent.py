"""No directory: where none is configured, nobody can be authenticated, and the merchant's policy decides what then."""

from __future__ import annotations

from pasarela.rails.authentication import (
    AuthenticationAnswer,
    AuthenticationRequest,
    AuthenticationResult,
    ResultHeard,
    TransStatus,
)


class NoDirectories:
    """Asks nobody."""

    async def authenticate(self, request: AuthenticationRequest) -> AuthenticationAnswer:
        return AuthenticationResult(request.server_trans_id, TransStatus.UNAVAILABLE)

    def on_result(self, heard: ResultHeard) -> None:
        """Nobody tells anything."""
