"""Encrypts and decrypts one card number under a data key: AES-256-GCM, bound to tenant and fingerprint.

Private to this slice; others seal through `sealing` and read through `reveal`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pasarela.core.vault.model import SealedPan
from pasarela.kernel.secret import Secret

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class DataKey:
    """A tenant's data key, ready for use; `number` is what rows say of it."""

    number: int
    cipher: AESGCM


def encrypt(key: DataKey, tenant_id: int, fingerprint: bytes, pan: Secret) -> SealedPan:
    nonce = os.urandom(_NONCE_BYTES)
    sealed = key.cipher.encrypt(nonce, pan.reveal().encode(), _bound(tenant_id, fingerprint))
    return SealedPan(fingerprint, key.number, nonce + sealed)


def decrypt(key: DataKey, tenant_id: int, sealed: SealedPan) -> Secret:
    """The number; `InvalidTag` when the ciphertext belongs to another tenant or card, or was changed."""
    assert key.number == sealed.key_number, "the key that sealed it opens it"
    nonce, ciphertext = sealed.ciphertext[:_NONCE_BYTES], sealed.ciphertext[_NONCE_BYTES:]
    return Secret(key.cipher.decrypt(nonce, ciphertext, _bound(tenant_id, sealed.fingerprint)).decode())


def _bound(tenant_id: int, fingerprint: bytes) -> bytes:
    return tenant_id.to_bytes(8, "big") + fingerprint
