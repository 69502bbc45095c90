"""The payer, the clock and the merchant at the same instant: one of them wins, and the books say the same."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from pasarela.core.payments.closing import EXPIRE
from pasarela.core.payments.errors import NotInState, StillAuthorizing
from pasarela.core.payments.model import Payment, PaymentStatus
from pasarela.core.payments.waiting import CancelWaiting
from pasarela.infra.due_work import DueItem
from tests.fixtures_server import SandboxServer
from tests.web.checkout.paying import (
    NO_FUNDS,
    Browser,
    asked,
    back,
    books_balance,
    card,
    card_page,
    merchant,
    now,
    transfers_of,
)

S = PaymentStatus
ROUNDS = 4
ENDINGS = {"payment.completed", "payment.expired", "payment.voided", "payment.declined"}


async def expire(sandbox: SandboxServer, payment: Payment) -> None:
    """What the worker does when the payment's instant has come."""
    platform = sandbox.platform
    assert payment.expires_at is not None
    due = DueItem(
        payment.tenant_id, EXPIRE, payment.payment_id, payment.expires_at, 0, {}, payment.expires_at, payment.expires_at
    )
    await platform.core.payments.jobs.handlers()[EXPIRE](due)


async def cancel(sandbox: SandboxServer, payment: Payment) -> None:
    """The merchant does not want it any more."""
    with contextlib.suppress(NotInState, StillAuthorizing):
        await sandbox.platform.core.payments.cancel_waiting(await merchant(sandbox), CancelWaiting(payment.payment_id))


async def endings(sandbox: SandboxServer, payment: Payment) -> list[str]:
    """What was announced of its end."""
    told = (await sandbox.control.get("/events", params={"subject": payment.payment_id})).json()["events"]
    return [event["type"] for event in told if event["type"] in ENDINGS]


@pytest.mark.parametrize("other", [expire, cancel])
async def test_page_posts_and_the_end_at_once_come_to_one_state(
    sandbox: SandboxServer, browser: Browser, other: Callable[[SandboxServer, Payment], Awaitable[None]]
) -> None:
    for _ in range(ROUNDS):
        payment = await asked(sandbox)
        address = card_page(payment)
        form = {**(await browser.open(address)).hidden, **card()}
        posts, _, _ = await asyncio.gather(
            asyncio.gather(*(browser.post(address, form) for _ in range(3)), browser.open(address)),
            other(sandbox, payment),
            other(sandbox, payment),
        )
        ended = await now(sandbox, payment)
        paid = ended.status is S.COMPLETED
        assert ended.status in {S.COMPLETED, S.EXPIRED, S.VOIDED}
        assert await transfers_of(sandbox, payment) == (["sale"] if paid else [])
        assert len(await endings(sandbox, payment)) == 1
        sent_back = [post.response.headers["location"] for post in posts if post.status == 303]
        assert set(sent_back) <= {back(payment)}
        assert bool(sent_back) <= paid
        assert {post.status for post in posts} <= {200, 303, 410}
    assert await books_balance(sandbox)


async def test_declines_and_the_clock_at_once_come_to_one_state(sandbox: SandboxServer, browser: Browser) -> None:
    for _ in range(ROUNDS):
        payment = await asked(sandbox)
        address = card_page(payment)
        form = {**(await browser.open(address)).hidden, **card(NO_FUNDS)}
        posts, _ = await asyncio.gather(
            asyncio.gather(*(browser.post(address, form) for _ in range(3))), expire(sandbox, payment)
        )
        ended = await now(sandbox, payment)
        assert {post.status for post in posts} <= {200, 402, 410}
        assert ended.tries <= 1
        assert await transfers_of(sandbox, payment) == []
        if ended.status is S.PENDING:  # the clock came while the bank was asked: it comes again
            await expire(sandbox, payment)
        assert (await now(sandbox, payment)).status is S.EXPIRED
        assert await endings(sandbox, payment) == ["payment.expired"]
