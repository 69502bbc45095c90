"""The issuer's decisions on messages that no client of ours would send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasarela.kernel.ids import seeded
from pasarela.rails.iso8583.fields import ANSWER_OF
from pasarela.rails.iso8583.message import Message
from pasarela.rails.simulators.book import Book, Entry, Kind
from pasarela.rails.simulators.issuer import Issuer
from pasarela.rails.simulators.outcomes import Delivery
from tests.rails.wire_samples import SALE, messages

KEY = ("A1B2C3D4E5F6", "000123")
ORIGINAL = "0200000123112102520000000000001" + "0" * 11
REVERSAL = {
    **SALE,
    "11": "000124",
    "37": "A1B2C3D4E5F7",
    "48": "OR12A1B2C3D4E5F6",
    "90": ORIGINAL,
}


def issuer(book: Book | None = None) -> Issuer:
    return Issuer(Book(100) if book is None else book, seeded("issuer"), None)


def code(mti: str, values: dict[str, str], at: Issuer) -> str | None:
    return at.decide(Message(mti, dict(values))).answer.get("39")


@pytest.mark.parametrize("missing", ["2", "3", "4", "11", "37", "49"])
def test_decide_refuses_a_sale_without_what_it_needs(missing: str) -> None:
    book = Book(10)

    refused = code("0200", {field: text for field, text in SALE.items() if field != missing}, issuer(book))

    assert refused == "30"
    assert book.entries() == ()


@pytest.mark.parametrize(
    ("field", "text"), [("48", "OR99"), ("48", ""), ("90", ""), ("4", "00000001005x"), ("95", "x" * 42)]
)
def test_decide_refuses_a_reversal_that_cannot_be_read(field: str, text: str) -> None:
    values = {**REVERSAL, field: text}
    if not text:
        del values[field]

    assert code("0420", values, issuer()) == "30"


def test_decide_keeps_what_a_partial_reversal_leaves() -> None:
    book = Book(10)
    ours = issuer(book)
    assert code("0200", SALE, ours) == "00"

    replacement = "000000004000" + "0" * 12 + "D00000000" * 2
    assert code("0400", {**REVERSAL, "95": replacement}, ours) == "00"

    entry = book.get(KEY)
    assert entry is not None
    assert (entry.approved, entry.remaining, entry.reversed) == (10050, 4000, True)


def test_decide_grants_half_of_9010_and_the_whole_of_any_other_10() -> None:
    answers = [
        issuer().decide(Message("0200", {**SALE, "4": f"{minor:012d}", **wish})).answer
        for minor, wish in ((901_001, {}), (900_010, {}), (5, {"48": "OW10decline:10"}))
    ]

    assert [(answer.get("39"), answer.get("4")) for answer in answers] == [
        ("10", "000000450500"),
        ("10", "000000900010"),
        ("10", "000000000005"),
    ]


def test_decide_repeats_codes_when_seeded() -> None:
    codes = [
        [issuer_.decide(Message("0200", {**SALE, "11": f"{n:06d}"})).answer.get("38") for n in range(5)]
        for issuer_ in (issuer(), issuer())
    ]

    assert codes[0] == codes[1]
    assert len(set(codes[0])) == 5


def test_decide_shows_no_card_in_its_book() -> None:
    book = Book(10)
    ours = issuer(book)
    code("0200", {**SALE, "48": "CV03737"}, ours)
    code("0420", {**REVERSAL, "37": "ZZZZZZZZZZZZ", "48": "OR12ZZZZZZZZZZZZ"}, ours)

    assert [entry.card for entry in book.entries()] == ["411111XXXXXX1111"] * 2
    assert "737" not in repr(book.entries())


@given(messages, st.sampled_from(sorted(ANSWER_OF)))
def test_decide_answers_anything_that_can_be_read(message: Message, mti: str) -> None:
    request = Message.decode(mti.encode() + message.frame()[6:])

    decision = issuer().decide(request)

    assert decision.delivery in set(Delivery)
    assert Message.decode(decision.answer.frame()[2:]).mti == ANSWER_OF[mti]


def entry(n: int, kind: Kind = Kind.SALE) -> Entry:
    return Entry((f"{n:012d}", f"{n:06d}"), kind, "411111XXXXXX1111", "484", 100, "00", 100)


def test_the_book_drops_the_longest_settled_then_the_oldest_open() -> None:
    book = Book(3)
    for n, kind in enumerate([Kind.AUTHORISATION, Kind.SALE, Kind.AUTHORISATION, Kind.AUTHORISATION]):
        book.put(entry(n, kind))
    assert [kept.key[1] for kept in book.entries()] == ["000000", "000002", "000003"]

    book.put(entry(0, Kind.AUTHORISATION)._replace(cleared=100))
    book.put(entry(4, Kind.AUTHORISATION))
    assert [kept.key[1] for kept in book.entries()] == ["000002", "000003", "000004"]

    book.put(entry(5, Kind.AUTHORISATION))
    assert [kept.key[1] for kept in book.entries()] == ["000003", "000004", "000005"]
    assert len(book) == 3
