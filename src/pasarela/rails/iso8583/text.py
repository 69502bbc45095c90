"""Text for fields that hold ASCII only: names of people, shops and towns."""

from __future__ import annotations

import unicodedata


def ascii_text(text: str) -> str:
    """`text` without accents, every other character that ASCII lacks as `?`: `Peña` → `Pena`."""
    if text.isascii():
        return text
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return bare.encode("ascii", "replace").decode("ascii")
