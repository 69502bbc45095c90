from __future__ import annotations

import copy
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.kernel.secret import Secret
from pasarela.rails.iso8583.errors import Malformed
from pasarela.rails.iso8583.message import Message
from tests.rails.wire_samples import FIELDS, messages

PAN = "4111111111111111"


@given(messages)
def test_decode_takes_back_what_frame_made(message: Message) -> None:
    frame = message.frame()

    decoded = Message.decode(frame[2:])

    assert int.from_bytes(frame[:2], "big") == len(frame) - 2
    assert decoded.mti == message.mti
    assert decoded.frame() == frame
    assert (decoded.pan, decoded.pin_block) == (message.pan, message.pin_block)
    for field in FIELDS:
        if field not in {"2", "48", "52"}:
            assert decoded.get(field) == message.get(field)


@given(st.binary(max_size=200))
def test_decode_refuses_random_bytes_calmly(data: bytes) -> None:
    with pytest.raises(Malformed):
        Message.decode(data)


@given(messages, st.data())
def test_decode_of_a_damaged_message_is_a_message_or_malformed(message: Message, data: st.DataObject) -> None:
    damaged = bytearray(message.frame()[2:])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))

    try:
        decoded = Message.decode(bytes(damaged))
    except Malformed:
        return
    assert decoded.frame()


@pytest.mark.parametrize(
    "values",
    [
        {"4": "1"},
        {"4": "1234567890123"},
        {"2": "1" * 20},
        {"43": "ñ" * 40},
        {"52": "not hexadecimal."},
        {"5": "000000000000"},
        {"129": "1"},
    ],
)
def test_frame_refuses_what_does_not_fit(values: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        Message("0100", values).frame()


def test_number_takes_digits_only() -> None:
    message = Message("0110", {"4": "00000000010x", "49": "484"})

    assert message.number("49") == 484
    for field in ("4", "39"):
        with pytest.raises(Malformed):
            message.number(field)


def test_secrets_leave_only_as_secrets() -> None:
    message = Message("0100", {"2": PAN, "48": "CV03737HN03Ana", "52": "0123456789ABCDEF"})

    assert (message.pan, message.cvv, message.pin_block) == (
        Secret(PAN),
        Secret("737"),
        Secret("0123456789ABCDEF"),
    )
    assert message.element("HN") == "Ana"
    for field in ("2", "48", "52"):
        with pytest.raises(AssertionError):
            message.get(field)
    with pytest.raises(AssertionError):
        message.element("CV")


def test_nothing_shows_the_card() -> None:
    message = Message("0100", {"2": PAN, "11": "000123", "14": "2912", "37": "A1B2C3D4E5F6", "48": "CV03737"})

    shown = f"{message} {message!r} {[message]}"

    assert shown.startswith("<Message 0100 stan=000123 rrn=A1B2C3D4E5F6 fields=2,11,14,37,48>")
    for secret in (PAN, "737", "2912"):
        assert secret not in shown


def test_a_message_is_never_serialised() -> None:
    message = Message("0100", {"2": PAN})

    for attempt in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(message)


@pytest.mark.parametrize("data", [b"0100", b"0100" + b"\xff" * 8 + PAN.encode()])
def test_an_error_shows_and_holds_nothing_of_the_message(data: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        Message.decode(data + b"16" + PAN.encode())

    error = caught.value
    assert PAN not in "".join(traceback.format_exception(error))
    assert (error.__cause__, error.__context__) == (None, None)


def test_an_error_while_encoding_holds_nothing_of_the_message() -> None:
    with pytest.raises(Malformed) as caught:
        Message("0100", {"2": PAN, "4": "1"}).frame()

    assert PAN not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_answer_echoes_what_names_the_request_and_no_card() -> None:
    request = Message(
        "0100", {"2": PAN, "3": "000000", "4": "000000010050", "11": "000123", "37": "A1B2C3D4E5F6", "48": "CV03737"}
    )

    answer = request.answer("10", authorization_code="123456", amount_minor=5025)

    assert repr(answer) == "<Message 0110 stan=000123 rrn=A1B2C3D4E5F6 fields=3,4,11,37,38,39>"
    assert (answer.get("4"), answer.get("38"), answer.get("39")) == ("000000005025", "123456", "10")
    assert answer.pan is None
