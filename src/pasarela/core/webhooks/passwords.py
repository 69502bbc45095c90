"""Endpoints' passwords at rest: AES-256-GCM under a key of their own, bound to their webhook."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pasarela.infra.keyring import NONCE_BYTES, Keyring
from pasarela.kernel.secret import Secret


class Passwords:
    """Seals and opens them. Private to this slice."""

    def __init__(self, keyring: Keyring) -> None:
        self._cipher = AESGCM(keyring.subkey("webhook passwords"))

    def seal(self, tenant_id: int, webhook_id: str, password: Secret) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, password.reveal().encode(), _bound(tenant_id, webhook_id))

    def open(self, tenant_id: int, webhook_id: str, sealed: bytes) -> Secret:
        nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return Secret(self._cipher.decrypt(nonce, text, _bound(tenant_id, webhook_id)).decode())


def _bound(tenant_id: int, webhook_id: str) -> bytes:
    return f"{tenant_id}/{webhook_id}".encode()
