"""Rules and derivations that need no storage: statuses, the ladder, numbers, security codes, RSA values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from pasarela.core.issuing.codes import CardCodes, visa_cvv
from pasarela.core.issuing.errors import StatusRefused
from pasarela.core.issuing.model import CardStatus
from pasarela.core.issuing.numbers import NumberMaker, room
from pasarela.core.issuing.rules import (
    NO_TRIES,
    balances_along,
    check_activation,
    check_change,
    expiry_after,
    is_trivial,
    may_receive,
    may_spend,
)
from pasarela.kernel.cards import Expiry
from pasarela.kernel.secret import Secret, luhn_valid
from tests.core.issuing_world import KEYRING

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
FINAL = {CardStatus.LOST, CardStatus.STOLEN, CardStatus.DAMAGED, CardStatus.CANCELLED}
ALLOWED = {
    *product({CardStatus.ACTIVE, CardStatus.TEMPORARY_INACTIVE}, FINAL),
    (CardStatus.ACTIVE, CardStatus.TEMPORARY_INACTIVE),
    (CardStatus.TEMPORARY_INACTIVE, CardStatus.ACTIVE),
}


@pytest.mark.parametrize(("status", "wanted"), list(product(CardStatus, CardStatus)))
def test_the_table_of_statuses(status: CardStatus, wanted: CardStatus) -> None:
    if (status, wanted) in ALLOWED:
        check_change(status, wanted)
    else:
        with pytest.raises(StatusRefused):
            check_change(status, wanted)


@pytest.mark.parametrize("status", list(CardStatus))
def test_what_a_status_allows(status: CardStatus) -> None:
    assert may_spend(status) is (status is CardStatus.ACTIVE)
    assert may_receive(status) is (status not in FINAL)
    if status is CardStatus.NEED_ACTIVATION:
        check_activation(status)
    else:
        with pytest.raises(StatusRefused):
            check_activation(status)


def test_the_ladder_locks_at_each_fifth_wrong_try_for_longer_and_longer() -> None:
    tries, locks = NO_TRIES, []
    for _ in range(25):
        tries = tries.after_wrong(AT)
        locks.append(tries.locked_until - AT if tries.locked_until else None)

    minutes = [5, 15, 60, 24 * 60, 24 * 60]
    assert locks == [lock for each in minutes for lock in [None] * 4 + [timedelta(minutes=each)]]
    assert tries.locked(AT + timedelta(hours=23, minutes=59))
    assert not tries.locked(AT + timedelta(hours=24))


def test_balances_are_walked_back_from_the_last_one() -> None:
    assert balances_along(70, [100, -50, 20]) == [100, 50, 70]
    assert balances_along(5, []) == []


@pytest.mark.parametrize(
    ("day", "months", "expiry"),
    [(date(2026, 11, 23), 60, Expiry(2031, 11)), (date(2026, 12, 31), 1, Expiry(2027, 1))],
)
def test_expiry(day: date, months: int, expiry: Expiry) -> None:
    assert expiry_after(day, months) == expiry


@pytest.mark.parametrize(
    ("pin", "trivial"),
    [
        *((pin, True) for pin in ("0000", "1234", "4321", "1995", "2209", "0922", "0995")),
        *((pin, False) for pin in ("2580", "1357", "0001")),
    ],
)
def test_trivial_pins(pin: str, trivial: bool) -> None:
    assert is_trivial(pin, date(1995, 9, 22)) is trivial


@pytest.mark.parametrize("prefix", ["48151622341", "4815162234"])
def test_each_serial_of_a_range_gives_another_number(prefix: str) -> None:
    maker = NumberMaker(KEYRING)

    numbers = [maker.number(prefix, serial).reveal() for serial in range(room(prefix))]

    assert len(set(numbers)) == len(numbers) == room(prefix)
    assert all(len(number) == 16 and number.startswith(prefix) and luhn_valid(number) for number in numbers)
    assert numbers[:100] != sorted(numbers[:100])


@pytest.mark.parametrize(("service_code", "value"), [("101", "561"), ("000", "636")])
def test_visas_published_values(service_code: str, value: str) -> None:
    pair = bytes.fromhex("0123456789ABCDEF"), bytes.fromhex("FEDCBA9876543210")

    assert visa_cvv(pair, "4123456789012345", "8701", service_code) == value


def test_a_printed_code_is_of_its_card_and_expiry() -> None:
    codes, pan = CardCodes(KEYRING), Secret("4815162200000000")

    code = codes.printed(pan, Expiry(2031, 11))

    assert codes.is_printed(pan, Expiry(2031, 11), code)
    assert sum(codes.printed(pan, Expiry(2031, month)) == code for month in range(1, 13)) < 4


def test_a_dynamic_code_is_good_for_five_minutes() -> None:
    codes = CardCodes(KEYRING)
    code = codes.dynamic(1, "c", AT)

    def good(at: datetime, issued_at: datetime | None = AT) -> bool:
        return codes.is_dynamic(1, "c", issued_at, code, at=at)

    assert good(AT)
    assert good(AT + timedelta(minutes=4, seconds=59))
    assert not good(AT + timedelta(minutes=5))
    assert not good(AT - timedelta(seconds=1))
    assert not good(AT, None)
