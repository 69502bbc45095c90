"""Field 48 in this network's format: what ISO 8583:1987 has no field for, as tagged sub-elements.

A sub-element is a tag of two capitals, two digits that count its characters, and the text: `CV03123HN10JUAN
PEREZ`. Order is free, a tag occurs once, unknown tags are skipped; what isn't ASCII is transliterated when
packed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pasarela.rails.iso8583.errors import Malformed
from pasarela.rails.iso8583.text import ascii_text

CVV: Final = "CV"
HOLDER_NAME: Final = "HN"
ECI: Final = "EC"
CAVV: Final = "CA"
DS_TRANS_ID: Final = "DT"
"""The id that the brand's directory gave to a 3-D Secure authentication."""
AUTHENTICATION_PROTOCOL: Final = "AP"
"""The major version of 3-D Secure: `2`."""
INSTALMENTS: Final = "IN"
INTEREST: Final = "IP"
"""Who bears the interest of instalments: `P`, the payer; absent, the merchant."""
DEFERRED_MONTHS: Final = "DM"
"""How many months the first payment waits."""
POINTS_USE: Final = "PU"
"""How points shall pay: `O` for all of it, `M` as far as they go; in a balance inquiry `B`."""
POINTS_WORTH: Final = "PV"
"""What is paid, or goes back, as points, in minor units; of a balance, what it is worth."""
POINTS_USED: Final = "PN"
POINTS_LEFT: Final = "PR"
POINTS_PROGRAMME: Final = "PG"
POINTS_CAPTION: Final = "PC"
OUTCOME: Final = "OW"
"""The sandbox's wish for the answer (`decline:51`); a production network's host skips it."""
ORIGINAL_RRN: Final = "OR"
"""Field 37 of the message that this one follows up; field 90 has no room for it."""

LONGEST: Final = 99


def pack(elements: Mapping[str, str | None]) -> str:
    """The text of field 48; elements that are `None` stay out, longer ones are cut to 99 characters."""
    parts = []
    for tag, value in elements.items():
        if value is not None:
            text = ascii_text(value)[:LONGEST]
            parts.append(f"{tag}{len(text):02d}{text}")
    return "".join(parts)


def unpack(text: str) -> dict[str, str]:
    """Sub-elements by tag. Raises `Malformed` when the lengths don't add up or a tag occurs twice."""
    elements: dict[str, str] = {}
    if not text.isascii():
        raise Malformed("field 48 is not ASCII")
    at, end = 0, len(text)
    while at < end:
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        start = at + 4
        if len(length) != 2 or not length.isdigit() or tag in elements:
            raise Malformed("field 48 is not a list of sub-elements")
        at = start + int(length)
        if at > end:
            raise Malformed("field 48 ends inside a sub-element")
        elements[tag] = text[start:at]
    return elements
