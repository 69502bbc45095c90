"""What is kept of PINs: of the ATM PIN two verifiers that can't be turned back, of the POS PIN, which cardholders may
ask for, its encryption. Under keys of their own, bound to their card. Private to this slice."""

from __future__ import annotations

import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pasarela.infra.keyring import NONCE_BYTES, Keyring
from pasarela.kernel.secret import Secret

PIN_DIGITS = 4
TAIL_DIGITS = 2


class PinCipher:
    """Derives verifiers, seals and opens; one for each process."""

    def __init__(self, keyring: Keyring) -> None:
        self._verifying = keyring.subkey("issued cards, PIN verifiers")
        self._sealing = AESGCM(keyring.subkey("issued cards, POS PINs"))

    def verifier(self, tenant_id: int, card_id: str, pin: Secret) -> bytes:
        """Names the PIN for this card, under a key: without it a verifier tells nothing."""
        return self._named("whole", tenant_id, card_id, pin.reveal())

    def tail_verifier(self, tenant_id: int, card_id: str, tail: str) -> bytes:
        """The same for a PIN's last two digits."""
        return self._named("tail", tenant_id, card_id, tail)

    def seal(self, tenant_id: int, card_id: str, pin: Secret) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._sealing.encrypt(nonce, pin.reveal().encode(), _bound(tenant_id, card_id))

    def open(self, tenant_id: int, card_id: str, sealed: bytes) -> Secret:
        nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return Secret(self._sealing.decrypt(nonce, text, _bound(tenant_id, card_id)).decode())

    def _named(self, what: str, tenant_id: int, card_id: str, digits: str) -> bytes:
        return hmac.digest(self._verifying, f"{what}/{tenant_id}/{card_id}/{digits}".encode(), "sha256")


def _bound(tenant_id: int, card_id: str) -> bytes:
    return f"{tenant_id}/{card_id}".encode()
