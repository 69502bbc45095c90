"""Security codes of issued cards, derived under keys and stored nowhere: the printed one and the dynamic one.

The printed code is Visa's CVV2 (TripleDES over number, expiry and service code, decimalised). The dynamic one follows
from the card and the instant at which it was asked for.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from pasarela.core.issuing.rules import CVC_LIFE
from pasarela.infra.keyring import Keyring
from pasarela.kernel.cards import Expiry
from pasarela.kernel.secret import Secret

_CVV2_SERVICE_CODE = "000"
_CODE_DIGITS = 3
_DES_KEY_BYTES = 8


class CardCodes:
    """Derives and checks codes; one for each process."""

    def __init__(self, keyring: Keyring) -> None:
        printed = keyring.subkey("issued cards, printed codes")
        self._pair = printed[:_DES_KEY_BYTES], printed[_DES_KEY_BYTES : 2 * _DES_KEY_BYTES]
        self._dynamic_key = keyring.subkey("issued cards, dynamic codes")

    def printed(self, pan: Secret, expiry: Expiry) -> Secret:
        """The three digits on a card's back."""
        dated = f"{expiry.month:02d}{expiry.year % 100:02d}"
        return Secret(visa_cvv(self._pair, pan.reveal(), dated, _CVV2_SERVICE_CODE))

    def is_printed(self, pan: Secret, expiry: Expiry, code: Secret) -> bool:
        return _equal(self.printed(pan, expiry), code)

    def dynamic(self, tenant_id: int, card_id: str, issued_at: datetime) -> Secret:
        """The code that was asked for at `issued_at`."""
        step = int(issued_at.timestamp())
        digest = hmac.digest(self._dynamic_key, f"{tenant_id}/{card_id}/{step}".encode(), "sha256")
        return Secret(str(int.from_bytes(digest) % 10**_CODE_DIGITS).zfill(_CODE_DIGITS))

    def is_dynamic(
        self, tenant_id: int, card_id: str, issued_at: datetime | None, code: Secret, *, at: datetime
    ) -> bool:
        """Whether `code` is the card's dynamic code that is good at `at`; there is one at most."""
        if issued_at is None or not issued_at <= at < issued_at + CVC_LIFE:
            return False
        return _equal(self.dynamic(tenant_id, card_id, issued_at), code)


def visa_cvv(pair: tuple[bytes, bytes], pan: str, dated: str, service_code: str) -> str:
    """Visa's card verification value under the key pair A, B; `dated` is the expiry's four digits, in the order that
    the kind of value asks for (the stripe's YYMM, CVV2's MMYY)."""
    first, second = pair
    block = bytes.fromhex((pan + dated + service_code).ljust(32, "0"))
    half = len(block) // 2
    inner = _tdes(first * 3, block[:half])
    mixed = bytes(one ^ other for one, other in zip(inner, block[half:], strict=True))
    digest = _tdes(first + second + first, mixed).hex()
    digits = [letter for letter in digest if letter.isdigit()]
    letters = [str(int(letter, 16) - 10) for letter in digest if not letter.isdigit()]
    return "".join(digits + letters)[:_CODE_DIGITS]


def _tdes(key: bytes, block: bytes) -> bytes:
    # The scheme's own algorithm: TripleDES on one block; ECB is what "one block" is called.
    encryptor = Cipher(TripleDES(key), modes.ECB()).encryptor()  # noqa: S305 - one block, as the scheme defines it
    return encryptor.update(block) + encryptor.finalize()


def _equal(right: Secret, told: Secret) -> bool:
    return hmac.compare_digest(right.reveal().encode(), told.reveal().encode())
