"""Keys and values as an integrator handles them: by the `openssl` command line of the document."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import dataclass
from pathlib import Path


def _openssl(*arguments: str, given: bytes = b"") -> bytes:
    done = subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True)  # noqa: S607 - the document's own commands
    return done.stdout


@dataclass(frozen=True, slots=True)
class KeyPair:
    """`private.pem` and `public.pem`, as the document makes them."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> KeyPair:
        private, public = str(folder / "private.pem"), str(folder / "public.pem")
        _openssl("genrsa", "-out", private, "2048")
        _openssl("rsa", "-in", private, "-outform", "PEM", "-pubout", "-out", public)
        return cls(folder)

    @property
    def public(self) -> str:
        return (self.folder / "public.pem").read_text(encoding="ascii")

    def decrypted(self, text: str) -> str:
        """What an answer's value holds."""
        private = str(self.folder / "private.pem")
        return _openssl("pkeyutl", "-decrypt", "-inkey", private, given=base64.b64decode(text, validate=True)).decode()


def encrypted(text: str, system_key: str, folder: Path) -> bytes:
    """`text` for the system's eyes."""
    file = folder / "system.pem"
    file.write_text(system_key, encoding="ascii")
    return _openssl("pkeyutl", "-encrypt", "-pubin", "-inkey", str(file), given=text.encode())


def for_a_body(ciphertext: bytes) -> str:
    """Base64 (RFC 4648), as the document says for POST and PUT."""
    return base64.b64encode(ciphertext).decode()


def for_a_query(ciphertext: bytes) -> str:
    """With the URL and filename safe alphabet and without padding, as the document says for GET."""
    return base64.urlsafe_b64encode(ciphertext).decode().rstrip("=")
