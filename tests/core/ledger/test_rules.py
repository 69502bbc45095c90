"""`rules.decide`: what of a batch can be booked, judged on figures given by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pasarela.core.ledger.errors import (
    AlreadySettled,
    InsufficientFunds,
    MoreThanPending,
    TransferConflict,
    UnknownPending,
)
from pasarela.core.ledger.model import Booked, Leg, Transfer
from pasarela.core.ledger.rules import AccountState, Decided, TransferKey, decide, legs_balance
from tests.factories.transfers import (
    CLEARING,
    FEES,
    PAYABLE,
    PAYABLE_USD,
    TAX,
    paid_in,
    paid_out,
    pending,
    posted,
    void,
)


def judge(
    *batch: Transfer,
    payable: AccountState | None = None,
    booked: tuple[Transfer, ...] = (),
    settled: dict[TransferKey, str] | None = None,
) -> Decided:
    accounts = {(1, PAYABLE): payable or AccountState()}
    known = {(transfer.tenant_id, transfer.transfer_id): transfer for transfer in booked}
    return decide(batch, accounts, known, settled or {})


def refused(decided: Decided) -> type[Exception]:
    """Why the last transfer of a batch was refused; it must have changed nothing."""
    result = decided.results[-1]
    assert not isinstance(result, Booked)
    assert decided.book == []
    assert decided.changes == {}
    return type(result)


def test_posted_moves_money() -> None:
    transfer = paid_in("a", 100)
    decided = judge(transfer)
    assert decided.results == [Booked("a", replayed=False)]
    assert decided.book == [transfer]
    assert decided.changes == {(1, CLEARING): AccountState(-100), (1, PAYABLE): AccountState(100)}


def test_pending_reserves_both_ways() -> None:
    decided = judge(pending("a", (PAYABLE, -60), (CLEARING, 60)), payable=AccountState(60))
    assert decided.results == [Booked("a", replayed=False)]
    assert decided.changes == {(1, PAYABLE): AccountState(0, 0, 60), (1, CLEARING): AccountState(0, 60, 0)}


@pytest.mark.parametrize(("asked", "booked"), [(100, True), (101, False)])
def test_posted_stops_at_the_floor(asked: int, booked: bool) -> None:
    decided = judge(paid_out("a", asked), payable=AccountState(100))
    assert isinstance(decided.results[0], Booked) is booked


@pytest.mark.parametrize(("asked", "booked"), [(70, True), (71, False)])
def test_what_is_pending_out_is_not_available(asked: int, booked: bool) -> None:
    for transfer in (paid_out("a", asked), pending("a", (PAYABLE, -asked), (CLEARING, asked))):
        decided = judge(transfer, payable=AccountState(100, 0, 30))
        assert isinstance(decided.results[0], Booked) is booked


def test_what_is_pending_in_is_not_available() -> None:
    assert refused(judge(paid_out("a", 1), payable=AccountState(0, 500, 0))) is InsufficientFunds


def test_insufficient_funds_says_how_much_there_was() -> None:
    result = judge(paid_out("a", 80), payable=AccountState(100, 0, 30)).results[0]
    assert isinstance(result, InsufficientFunds)
    assert (result.account, result.available, result.asked) == (PAYABLE, 70, 80)
    assert str(result) == f"{PAYABLE} has 70 minor units available, 80 were asked for"


def test_accounts_without_a_floor_may_fall() -> None:
    transfer = posted("a", (CLEARING, -10), (FEES, 4), (TAX, 6))
    assert judge(transfer).results == [Booked("a", replayed=False)]


def test_each_sees_what_the_earlier_ones_did() -> None:
    decided = judge(paid_out("a", 50), paid_in("b", 50), paid_out("c", 50), paid_out("d", 1))
    assert [type(result) for result in decided.results] == [InsufficientFunds, Booked, Booked, InsufficientFunds]
    assert [transfer.transfer_id for transfer in decided.book] == ["b", "c"]
    assert decided.changes == {(1, CLEARING): AccountState(0), (1, PAYABLE): AccountState(0)}


def test_tenants_do_not_share_accounts() -> None:
    decided = judge(paid_in("a", 50), paid_out("b", 50, tenant_id=2))
    assert [type(result) for result in decided.results] == [Booked, InsufficientFunds]


def test_replay_answers_the_same_and_books_nothing() -> None:
    transfer = paid_out("a", 100)
    decided = judge(
        transfer, replace(transfer, occurred_at=transfer.occurred_at.replace(year=2030)), booked=(transfer,)
    )
    assert decided.results == [Booked("a", replayed=True), Booked("a", replayed=True)]
    assert decided.book == []
    assert decided.changes == {}


def test_replay_in_one_batch() -> None:
    decided = judge(paid_in("a", 5), paid_in("a", 5))
    assert decided.results == [Booked("a", replayed=False), Booked("a", replayed=True)]
    assert len(decided.book) == 1


@pytest.mark.parametrize(
    "other",
    [
        paid_in("a", 6),
        replace(paid_in("a", 5), kind="other"),
        pending("a", (CLEARING, -5), (PAYABLE, 5)),
        replace(paid_in("a", 5), settles="p"),
    ],
    ids=["amount", "kind", "phase", "settles"],
)
def test_same_id_with_other_content_is_a_conflict(other: Transfer) -> None:
    assert refused(judge(other, booked=(paid_in("a", 5),))) is TransferConflict


def test_same_id_of_another_tenant_is_another_transfer() -> None:
    decided = judge(paid_in("a", 6, tenant_id=2), booked=(paid_in("a", 5),))
    assert decided.results == [Booked("a", replayed=False)]


RESERVED = pending("p", (PAYABLE, -60), (CLEARING, 60))


@pytest.mark.parametrize("amount", [60, 20])
def test_posting_a_pending_releases_the_rest(amount: int) -> None:
    transfer = posted("a", (PAYABLE, -amount), (CLEARING, amount), settles="p")
    decided = judge(transfer, payable=AccountState(60, 0, 60), booked=(RESERVED,))
    assert decided.results == [Booked("a", replayed=False)]
    assert decided.changes == {
        (1, PAYABLE): AccountState(-amount, 0, -60),
        (1, CLEARING): AccountState(amount, -60, 0),
    }


def test_void_releases_everything() -> None:
    decided = judge(void("a", "p"), payable=AccountState(60, 0, 60), booked=(RESERVED,))
    assert decided.results == [Booked("a", replayed=False)]
    assert decided.changes == {(1, PAYABLE): AccountState(0, 0, -60), (1, CLEARING): AccountState(0, -60, 0)}


def test_what_a_void_releases_is_available_to_the_next() -> None:
    decided = judge(void("a", "p"), paid_out("b", 60), payable=AccountState(60, 0, 60), booked=(RESERVED,))
    assert [type(result) for result in decided.results] == [Booked, Booked]


def test_posting_more_than_was_pending_is_refused() -> None:
    transfer = posted("a", (PAYABLE, -61), (CLEARING, 61), settles="p")
    assert refused(judge(transfer, payable=AccountState(500, 0, 60), booked=(RESERVED,))) is MoreThanPending


def test_posting_the_other_way_is_bounded_by_the_floor_alone() -> None:
    """A payee whose fees are larger than what he gets pays."""
    hold = pending("p", (CLEARING, -100), (PAYABLE, 100))
    sale = posted("a", (CLEARING, -5), (PAYABLE, -20), (FEES, 25), settles="p")
    assert refused(judge(sale, payable=AccountState(19, 100, 0), booked=(hold,))) is InsufficientFunds
    assert judge(sale, payable=AccountState(20, 100, 0), booked=(hold,)).changes == {
        (1, CLEARING): AccountState(-5, 0, -100),
        (1, PAYABLE): AccountState(-20, -100, 0),
        (1, FEES): AccountState(25),
    }


def test_posting_may_add_fees_on_other_accounts() -> None:
    hold = pending("p", (CLEARING, -100), (PAYABLE, 100))
    sale = posted("a", (CLEARING, -100), (PAYABLE, 90), (FEES, 7), (TAX, 3), settles="p")
    assert judge(sale, payable=AccountState(0, 100, 0), booked=(hold,)).changes == {
        (1, CLEARING): AccountState(-100, 0, -100),
        (1, PAYABLE): AccountState(90, -100, 0),
        (1, FEES): AccountState(7),
        (1, TAX): AccountState(3),
    }


def test_posting_may_not_take_from_a_floored_account_what_it_lacks() -> None:
    hold = pending("p", (CLEARING, -100), (FEES, 100))
    sale = posted("a", (CLEARING, -100), (FEES, 100), (PAYABLE, -1), (TAX, 1), settles="p")
    assert refused(judge(sale, booked=(hold,))) is InsufficientFunds


@pytest.mark.parametrize("settling", [void("a", "p"), posted("a", (PAYABLE, -1), (CLEARING, 1), settles="p")])
def test_settling_what_is_not_pending_is_refused(settling: Transfer) -> None:
    assert refused(judge(settling, payable=AccountState(9))) is UnknownPending
    assert refused(judge(settling, payable=AccountState(9), booked=(paid_in("p", 9),))) is UnknownPending
    foreign = replace(RESERVED, tenant_id=2)
    assert refused(judge(settling, payable=AccountState(9), booked=(foreign,))) is UnknownPending


@pytest.mark.parametrize("settling", [void("a", "p"), posted("a", (PAYABLE, -1), (CLEARING, 1), settles="p")])
def test_settling_twice_is_refused(settling: Transfer) -> None:
    decided = judge(settling, payable=AccountState(60), booked=(RESERVED,), settled={(1, "p"): "earlier"})
    assert refused(decided) is AlreadySettled


def test_settling_twice_in_one_batch_is_refused() -> None:
    decided = judge(void("a", "p"), void("b", "p"), payable=AccountState(60, 0, 60), booked=(RESERVED,))
    assert [type(result) for result in decided.results] == [Booked, AlreadySettled]


def test_pending_and_its_settlement_in_one_batch() -> None:
    decided = judge(RESERVED, void("a", "p"), payable=AccountState(60))
    assert [type(result) for result in decided.results] == [Booked, Booked]
    assert decided.changes[(1, PAYABLE)] == AccountState(0)


def test_replay_of_a_settlement() -> None:
    settling = void("a", "p")
    decided = judge(settling, booked=(RESERVED, settling), settled={(1, "p"): "a"})
    assert decided.results == [Booked("a", replayed=True)]


@pytest.mark.parametrize(
    "broken",
    [
        posted("a", (CLEARING, -1), (PAYABLE, 2)),
        posted("a", (CLEARING, -1), (PAYABLE_USD, 1)),
        posted("a", (CLEARING, -2), (PAYABLE, 1), (PAYABLE, 1)),
        void("a", ""),
    ],
    ids=["sum", "currencies", "account named twice", "void of nothing"],
)
def test_a_broken_transfer_dies_loudly(broken: Transfer) -> None:
    with pytest.raises(AssertionError):
        judge(replace(broken, settles=broken.settles or None))


def test_legs_balance_for_each_currency() -> None:
    assert legs_balance([])
    assert legs_balance([Leg(CLEARING, -1), Leg(PAYABLE, 1), Leg(PAYABLE_USD, 0)])
    assert not legs_balance([Leg(CLEARING, -1), Leg(PAYABLE_USD, 1)])


OWED = "fees_owed.MXN"


@pytest.mark.parametrize(
    ("available", "legs"),
    [
        (100, ((PAYABLE, -70), (FEES, 70))),
        (70, ((PAYABLE, -70), (FEES, 70))),
        (30, ((OWED, -40), (PAYABLE, -30), (FEES, 70))),
        (0, ((OWED, -70), (FEES, 70))),
    ],
)
def test_a_leg_spills_what_its_account_can_not_give(available: int, legs: tuple[tuple[str, int], ...]) -> None:
    asked = replace(posted("a"), legs=(Leg(PAYABLE, -70, OWED), Leg(FEES, 70)))
    decided = judge(asked, payable=AccountState(available))
    assert decided.results == [Booked("a", replayed=False)]
    assert decided.book[0].legs == tuple(Leg(*leg) for leg in legs)


def test_a_spilt_transfer_is_replayed_whatever_the_account_holds_by_then() -> None:
    asked = replace(posted("a"), legs=(Leg(PAYABLE, -70, OWED), Leg(FEES, 70)))
    earlier = judge(asked, payable=AccountState(30)).book[0]
    assert judge(asked, payable=AccountState(500), booked=(earlier,)).results == [Booked("a", replayed=True)]
    other = replace(asked, legs=(Leg(PAYABLE, -71, OWED), Leg(FEES, 71)))
    assert refused(judge(other, payable=AccountState(500), booked=(earlier,))) is TransferConflict


def test_the_order_of_legs_means_nothing() -> None:
    turned = replace(paid_in("a", 5), legs=paid_in("a", 5).legs[::-1])
    assert judge(turned, booked=(paid_in("a", 5),)).results == [Booked("a", replayed=True)]
