"""The transition table, and the arithmetic of fees that go back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pasarela.core.payments.model import ChargedFee, PaymentStatus
from pasarela.core.payments.rules import FeeShare, after, fee_in_ledger, fee_returned, transitions
from tests.factories.payments import mxn

S = PaymentStatus


def test_final_states_have_no_way_out() -> None:
    left = {status for status, _, _ in transitions()}
    assert {status for status in S if status not in left} >= {S.COMPLETED, S.DECLINED, S.FAILED, S.VOIDED, S.EXPIRED}


def test_every_state_can_be_reached_and_every_pair_is_answered() -> None:
    reached = {status for _, _, status in transitions()}
    assert {S.AUTHORIZED, S.CAPTURING, S.COMPLETED, S.DECLINED, S.UNKNOWN, S.FAILED} <= reached
    assert {S.VOIDING, S.VOIDED, S.EXPIRING, S.EXPIRED} <= reached
    for status, trigger, to in transitions():
        assert after(status, trigger) is to


def test_money_that_went_to_the_network_is_never_forgotten() -> None:
    """From every state in which a message is under way a final one can be reached."""
    ways: dict[PaymentStatus, set[PaymentStatus]] = {}
    for status, _, to in transitions():
        ways.setdefault(status, set()).add(to)
    for start in ways:
        seen, todo = {start}, [start]
        while todo:
            found = ways.get(todo.pop(), set()) - seen
            seen |= found
            todo += found
        assert seen & {S.COMPLETED, S.FAILED, S.VOIDED, S.EXPIRED, *({S.DECLINED} if start is S.REJECTING else ())}


def test_the_tax_is_rounded_half_up() -> None:
    assert fee_in_ledger(ChargedFee(mxn(540), 1600)) == FeeShare(540, 86)
    assert fee_in_ledger(ChargedFee(mxn(3), 5000)) == FeeShare(3, 2)
    assert fee_in_ledger(ChargedFee(mxn(0), 1600)) == FeeShare(0, 0)


fees = st.builds(FeeShare, st.integers(0, 5_000), st.integers(0, 900))


@st.composite
def splits(draw: st.DrawFn) -> list[int]:
    """Any way to give an amount back in parts."""
    parts = draw(st.lists(st.integers(1, 4_000), min_size=1, max_size=12))
    return draw(st.sampled_from([parts, [1] * min(sum(parts), 50) + [max(sum(parts) - 50, 1)]]))


@settings(max_examples=300, deadline=None)
@given(fee=fees, parts=splits())
def test_any_split_returns_exactly_the_fee(fee: FeeShare, parts: list[int]) -> None:
    captured, back, refunded = sum(parts), FeeShare(0, 0), 0
    for part in parts:
        refunded += part
        share = fee_returned(fee, captured, refunded, back)
        assert share.fee >= 0
        assert share.tax >= 0
        back = FeeShare(back.fee + share.fee, back.tax + share.tax)
        assert back == FeeShare(fee.fee * refunded // captured, fee.tax * refunded // captured)
    assert back == fee


@settings(max_examples=300, deadline=None)
@given(fee=fees, parts=splits(), data=st.data())
def test_parts_that_fail_in_between_lose_nothing(fee: FeeShare, parts: list[int], data: st.DataObject) -> None:
    """Refunds are begun while others are under way; some of those fail, and are tried again at the end."""
    captured, failed = sum(parts), 0
    shares: list[tuple[int, FeeShare]] = []
    for part in parts:
        back = FeeShare(sum(share.fee for _, share in shares), sum(share.tax for _, share in shares))
        underway = sum(each for each, _ in shares)
        shares.append((part, fee_returned(fee, captured, underway + part, back)))
        if data.draw(st.booleans()):
            failed += shares.pop(data.draw(st.integers(0, len(shares) - 1)))[0]
    if failed:
        back = FeeShare(sum(share.fee for _, share in shares), sum(share.tax for _, share in shares))
        shares.append((failed, fee_returned(fee, captured, captured, back)))
    assert sum(share.fee for _, share in shares) == fee.fee
    assert sum(share.tax for _, share in shares) == fee.tax
    assert all(share.fee >= 0 and share.tax >= 0 for _, share in shares)
