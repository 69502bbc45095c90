"""Our codec against pyiso8583, which knows nothing of ours: the same bytes, the same texts, the same refusals."""

from __future__ import annotations

import iso8583
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.rails.iso8583 import codec
from pasarela.rails.iso8583.errors import Malformed
from pasarela.rails.iso8583.fields import LAYOUT, MTI
from pasarela.rails.iso8583.message import Message
from tests.rails.wire_samples import FIELDS, MTIS, messages, values_of


def _spec(length: int, digits: int = 0, *, binary: bool = False) -> dict[str, str | int]:
    return {
        "data_enc": "b" if binary else "ascii",
        "len_enc": "ascii",
        "len_type": digits,
        "max_len": length,
        "desc": "",
    }


SPEC = {
    "h": _spec(0),
    "t": _spec(4),
    "p": _spec(8, binary=True),
    "1": _spec(8, binary=True),
    **{field: _spec(length, digits, binary=binary) for field, (length, digits, binary) in LAYOUT.items()},
}
BITMAPS = {"p", "1"}

fields = st.lists(st.sampled_from(FIELDS), unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: values_of(name) for name in names})
)
misfits = st.dictionaries(
    st.one_of(st.sampled_from(FIELDS), st.sampled_from(["5", "64", "96", "128"])), st.text(max_size=45), max_size=4
)


def _by_the_library(data: bytes) -> dict[str, str] | None:
    try:
        values, _ = iso8583.decode(data, SPEC)
    except (iso8583.DecodeError, KeyError):
        return None
    return {field: text for field, text in values.items() if field not in BITMAPS}


@given(st.sampled_from(MTIS), fields)
def test_encodes_as_the_library_does(mti: str, values: dict[str, str]) -> None:
    encoded = codec.encode({MTI: mti, **values})

    assert encoded == bytes(iso8583.encode({"t": mti, **values}, SPEC)[0])
    assert codec.decode(encoded) == {MTI: mti, **values} == _by_the_library(encoded)


@given(st.sampled_from(MTIS), fields, misfits)
def test_refuses_to_encode_what_the_library_refuses(
    mti: str, values: dict[str, str], misfitting: dict[str, str]
) -> None:
    asked = {MTI: mti, **values, **misfitting}
    try:
        expected = bytes(iso8583.encode(dict(asked), SPEC)[0])
    except (iso8583.EncodeError, KeyError):
        with pytest.raises(Malformed):
            codec.encode(asked)
    else:
        assert codec.encode(asked) == expected


@given(messages, st.data())
def test_decodes_what_is_damaged_as_the_library_does_or_refuses_it(message: Message, data: st.DataObject) -> None:
    damaged = bytearray(message.frame()[2:])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    del damaged[data.draw(st.integers(0, len(damaged))) :]

    try:
        values = codec.decode(bytes(damaged))
    except Malformed:
        return
    assert values == _by_the_library(bytes(damaged))


@pytest.mark.parametrize("count", ["+5", " 5", "5 ", "x5"])
def test_a_length_is_made_of_digits_only(count: str) -> None:
    whole = codec.encode({MTI: "0100", "32": "12345"})

    with pytest.raises(Malformed):
        codec.decode(whole.replace(b"0512345", count.encode() + b"12345"))


def test_many_sets_of_fields_are_forgotten_again() -> None:
    for mask in range(1, 1000):
        values = {field: "0" * LAYOUT[field].length for n, field in enumerate(FIELDS) if mask >> n & 1}
        values |= {field: "00" * LAYOUT[field].length for field in values if LAYOUT[field].binary}
        assert codec.decode(codec.encode({MTI: "0100", **values})) == {MTI: "0100", **values}
