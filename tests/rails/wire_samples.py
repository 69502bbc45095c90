"""ISO 8583 messages for tests: any that can be encoded, and one sale by its fields."""

from __future__ import annotations

from hypothesis import strategies as st

from pasarela.rails.iso8583.fields import LAYOUT
from pasarela.rails.iso8583.message import Message

SALE = {
    "2": "4111111111111111",
    "3": "000000",
    "4": "000000010050",
    "7": "1121025200",
    "11": "000123",
    "37": "A1B2C3D4E5F6",
    "49": "484",
}
MTIS = ["0100", "0110", "0200", "0210", "0220", "0230", "0400", "0410", "0420", "0421", "0430", "0800", "0810"]
FIELDS = list(LAYOUT)
PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126)


def values_of(field: str) -> st.SearchStrategy[str]:
    longest, digits, binary = LAYOUT[field]
    if binary:
        return st.binary(min_size=longest, max_size=longest).map(lambda data: data.hex().upper())
    shortest = 0 if digits else longest
    return st.text(PRINTABLE, min_size=shortest, max_size=longest)


messages = st.builds(
    Message,
    st.sampled_from(MTIS),
    st.lists(st.sampled_from(FIELDS), unique=True).flatmap(
        lambda fields: st.fixed_dictionaries({field: values_of(field) for field in fields})
    ),
)
