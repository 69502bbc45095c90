"""RSA over short values, as programs and their clients exchange card numbers and PINs. Pure; holds no keys.

A ciphertext that can't be decrypted looks like one that decrypts to something else: OpenSSL answers wrong PKCS#1
padding with made-up text, and every length of ciphertext costs one decryption. So nothing tells paddings apart.
"""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding as paddings
from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_pem_public_key,
)

from pasarela.core.issuing.errors import BadPublicKey
from pasarela.core.issuing.model import Padding

BITS = 2048
BITS_MAX = 8192
_EXPONENT = 65537
_PEM_CHARACTERS_MAX = 4096


def _scheme(padding: Padding) -> AsymmetricPadding:
    match padding:
        case Padding.PKCS1:
            return paddings.PKCS1v15()
        case Padding.OAEP_SHA256:
            return paddings.OAEP(paddings.MGF1(SHA256()), SHA256(), None)


def public_key(pem: str) -> RSAPublicKey:
    """The key in `pem`. Raises `BadPublicKey` for anything but RSA of a sound size."""
    try:
        key = load_pem_public_key(pem[:_PEM_CHARACTERS_MAX].encode())
    except (ValueError, UnsupportedAlgorithm):
        raise BadPublicKey from None
    if not isinstance(key, RSAPublicKey) or not BITS <= key.key_size <= BITS_MAX:
        raise BadPublicKey
    return key


def normal_pem(pem: str) -> str:
    """The same key as we write it. Raises `BadPublicKey`."""
    return pem_of(public_key(pem))


def pem_of(key: RSAPublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def generate() -> RSAPrivateKey:
    """A fresh key; takes a good part of a second."""
    return generate_private_key(_EXPONENT, BITS)


def private_bytes(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def private_key(der: bytes) -> RSAPrivateKey:
    key = load_der_private_key(der, None)
    assert isinstance(key, RSAPrivateKey), "we made it"
    return key


def encrypt(key: RSAPublicKey, padding: Padding, text: str) -> bytes:
    return key.encrypt(text.encode(), _scheme(padding))


def decrypt(key: RSAPrivateKey, padding: Padding, ciphertext: bytes) -> bytes:
    """What is inside; anything at all, or nothing, when it was not encrypted for this key in this way."""
    size = key.key_size // 8
    fitted = ciphertext[:size].rjust(size, b"\0")
    try:
        text = key.decrypt(fitted, _scheme(padding))
    except ValueError:
        return b""
    return text if len(ciphertext) == size else b""
