"""Reads what callers encrypted for the platform, and encrypts for callers.

Whatever is wrong with a value has one outcome: `Unreadable`. Every readable key is tried, to the end, so that neither
the answer nor the work tells what was wrong.
"""

from __future__ import annotations

import re
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from pasarela.core.issuing import rsa_values
from pasarela.core.issuing.errors import NoPublicKey, Unreadable
from pasarela.core.issuing.model import Session
from pasarela.core.issuing.system_keys import SystemKeys
from pasarela.infra.cache import Recent
from pasarela.kernel.secret import Secret

PARSED_KEYS = 1_000


class Values:
    """The verbs; one for each process."""

    def __init__(self, keys: SystemKeys) -> None:
        self._keys = keys
        self._parsed: Recent[str, RSAPublicKey] = Recent(PARSED_KEYS)

    async def system_public_key(self) -> str:
        """What callers encrypt for us with, in PEM."""
        return (await self._keys.readable())[0].public_pem

    async def rotate(self, readable_for: timedelta) -> str:
        """The operator's verb: another system key from now on, in PEM; the one before reads for so much longer."""
        return (await self._keys.rotate(readable_for)).public_pem

    async def open(self, session: Session, ciphertext: bytes, *, digits: int) -> Secret:
        """The decimal number of so many digits that the caller has encrypted. Raises `Unreadable`."""
        found: Secret | None = None
        for key in await self._keys.readable():
            text = rsa_values.decrypt(key.private, session.padding, ciphertext)
            if re.fullmatch(rb"[0-9]{%d}" % digits, text):
                found = Secret(text.decode("ascii"))
        if found is None:
            raise Unreadable
        return found

    def seal(self, session: Session, text: Secret) -> bytes:
        """`text` for the caller's eyes only. Raises `NoPublicKey`."""
        if session.public_key is None:
            raise NoPublicKey
        key = self._parsed.get(session.public_key)
        if key is None:
            key = rsa_values.public_key(session.public_key)
            self._parsed.put(session.public_key, key)
        return rsa_values.encrypt(key, session.padding, text.reveal())
