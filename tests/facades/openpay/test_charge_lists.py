"""Lists of charges: what each filter asks the core for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pasarela.core.payments.model import Level, PaymentFilter, PaymentStatus
from pasarela.facades.openpay.profile import OPENPAY
from pasarela.kernel.paging import Page
from tests.facades.fake_platform import FakePlatform
from tests.facades.openpay.bodies import CHARGE
from tests.facades.openpay.conftest import Ask

S = PaymentStatus


async def test_list(api: Ask, platform: FakePlatform) -> None:
    await api("POST", "/charges", CHARGE)

    answer = await api("GET", "/charges")

    assert [charge["order_id"] for charge in answer.json] == ["oid-00051"]
    assert platform.asked[-1] == (PaymentFilter(level=Level()), Page(0, 10))


@pytest.mark.parametrize(
    ("query", "wanted", "page"),
    [
        ("order_id=oid-1&limit=2&offset=4", PaymentFilter(level=Level(), order_id="oid-1"), Page(4, 2)),
        (
            "creation=2026-11-21",
            PaymentFilter(
                level=Level(),
                created_from=datetime(2026, 11, 21, 6, tzinfo=UTC),
                created_before=datetime(2026, 11, 22, 6, tzinfo=UTC),
            ),
            Page(),
        ),
        (
            "creation[gte]=2026-11-01&creation%5Blte%5D=2026-11-30",
            PaymentFilter(
                level=Level(),
                created_from=datetime(2026, 11, 1, 6, tzinfo=UTC),
                created_before=datetime(2026, 12, 1, 6, tzinfo=UTC),
            ),
            Page(),
        ),
        ("amount=100.50", PaymentFilter(level=Level(), amount=10_050), Page()),
        (
            "amount[gte]=0&amount[lte]=200",
            PaymentFilter(level=Level(), amount_at_least=0, amount_at_most=20_000),
            Page(),
        ),
        ("status=REFUNDED", PaymentFilter(level=Level(), statuses=(S.COMPLETED,), refunded=True), Page()),
        ("status=completed", PaymentFilter(level=Level(), statuses=(S.COMPLETED,), refunded=False), Page()),
        ("status=cancelled", PaymentFilter(level=Level(), statuses=(S.VOIDED, S.EXPIRED)), Page()),
        ("status=FAILED", PaymentFilter(level=Level(), statuses=(S.DECLINED, S.FAILED)), Page()),
        ("status=CHARGE_PENDING", PaymentFilter(level=Level(), statuses=(S.PENDING,)), Page()),
        ("status=chargeback_pending", PaymentFilter(level=Level(), statuses=()), Page()),
        ("status=&order_id=&unknown=1&limit=100", PaymentFilter(level=Level()), Page(0, 100)),
    ],
)
async def test_filters(api: Ask, platform: FakePlatform, query: str, wanted: PaymentFilter, page: Page) -> None:
    answer = await api("GET", f"/charges?{query}")

    assert answer.status == 200
    assert platform.asked == [(wanted, page)]


@pytest.mark.parametrize(
    "query",
    [
        "creation=yesterday",
        "creation[gte]=2026-02-30",
        "limit=0",
        "limit=101",
        "limit=ten",
        "offset=-1",
        "offset=99999999999",
        "amount=x",
        "amount[gte]=-1",
        "amount[lte]=1.001",
        "status=PAID",
        "order_id=" + "x" * 101,
        "order_id=a%00b",
        "&".join(f"a{n}=1" for n in range(60)),
    ],
)
async def test_bad_filters_are_1003(api: Ask, platform: FakePlatform, query: str) -> None:
    answer = await api("GET", f"/charges?{query}")

    assert (answer.status, answer.error_code) == (422, 1003)
    assert platform.asked == []


def test_every_charge_lies_under_exactly_one_word() -> None:
    found = {
        (status, fully_refunded): [
            name
            for name, word in OPENPAY.status_words.items()
            if status in word.statuses and word.refunded in (None, fully_refunded)
        ]
        for status in PaymentStatus
        for fully_refunded in (False, True)
    }

    assert all(len(names) == 1 for names in found.values()), found
