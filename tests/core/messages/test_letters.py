"""Letters to payers: written once, carried until they have left, noted once, however often the work is done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from pasarela.core.messages.model import Channel, Letter, NewMessage
from pasarela.core.messages.send import WRITE, SendLetters
from pasarela.core.payments.model import Payer, Payment
from pasarela.core.payments.queries import PaymentQueries
from pasarela.core.payments.waiting import CancelWaiting
from pasarela.infra.database import Tx
from pasarela.infra.due_work import DueItem
from pasarela.infra.mail import Mail, MailNotSent, MailRefused
from pasarela.kernel.paging import Page
from tests.fixtures_server import SandboxServer
from tests.web.checkout.paying import asked, merchant

ANA = Payer(name="Ana", email="ana@cliente.example")


@dataclass
class Carrier:
    """Carries mails, or fails as it is told; keeps what it was given."""

    failures: list[Exception] = field(default_factory=list)
    given: list[Mail] = field(default_factory=list)

    async def send(self, mail: Mail) -> None:
        self.given.append(mail)
        if self.failures:
            raise self.failures.pop(0)


class Wanted(PaymentQueries):
    """Every payment wants a letter. In the database none does, so that the sandbox's own worker writes none."""

    async def several(self, tx: Tx, keys: Sequence[tuple[int, str]]) -> Sequence[Payment]:
        found = await super().several(tx, keys)
        return [replace(each, details={**each.details, "send_email": True}) for each in found]


async def written(payment: Payment) -> Letter:
    return Letter("Asunto", f"Paga {payment.payment_id}", "<p>Paga</p>")


def sending(sandbox: SandboxServer, carrier: Carrier) -> SendLetters:
    platform = sandbox.platform
    return SendLetters(platform.database, Wanted(platform.database), written, carrier, platform.clock)


async def work(sandbox: SandboxServer, carrier: Carrier, payment: Payment) -> None:
    at = sandbox.platform.clock.now()
    item = DueItem(payment.tenant_id, WRITE, payment.payment_id, at, 0, {}, at + timedelta(minutes=1), at)
    await sending(sandbox, carrier).handlers()[WRITE](item)


async def stands(sandbox: SandboxServer, payment: Payment) -> list[tuple[bool, str | None]]:
    """Whether each message about it was sent, and why it never will be."""
    found = await sandbox.platform.core.messages.queries.list(Page(), about=payment.payment_id)
    return [(message.sent_at is not None, message.refusal) for message in found]


async def test_it_is_written_and_carried_once(sandbox: SandboxServer) -> None:
    payment, carrier = await asked(sandbox, payer=ANA), Carrier()
    for _ in range(3):
        await work(sandbox, carrier, payment)
    assert [mail.recipient for mail in carrier.given] == ["ana@cliente.example"]
    assert await stands(sandbox, payment) == [(True, None)]


async def test_a_carrier_that_fails_is_asked_again_with_the_same_mail(sandbox: SandboxServer) -> None:
    payment, carrier = await asked(sandbox, payer=ANA), Carrier([MailNotSent("away")])
    with pytest.raises(MailNotSent):
        await work(sandbox, carrier, payment)
    assert await stands(sandbox, payment) == [(False, None)]
    await work(sandbox, carrier, payment)
    assert carrier.given[0] == carrier.given[1]
    assert await stands(sandbox, payment) == [(True, None)]


async def test_what_is_refused_for_good_is_not_tried_again(sandbox: SandboxServer) -> None:
    payment, carrier = await asked(sandbox, payer=ANA), Carrier([MailRefused("no such mailbox")])
    for _ in range(2):
        await work(sandbox, carrier, payment)
    assert (len(carrier.given), await stands(sandbox, payment)) == (1, [(False, "no such mailbox")])


async def test_who_does_the_work_at_once_notes_it_once(sandbox: SandboxServer) -> None:
    payment, carrier = await asked(sandbox, payer=ANA), Carrier()
    await asyncio.gather(*(work(sandbox, carrier, payment) for _ in range(4)))
    assert await stands(sandbox, payment) == [(True, None)]
    assert len({mail.mail_id for mail in carrier.given}) == 1


async def test_nobody_is_written_to_about_what_cant_be_paid(sandbox: SandboxServer) -> None:
    payment, carrier = await asked(sandbox, payer=ANA), Carrier()
    await sandbox.platform.core.payments.cancel_waiting(await merchant(sandbox), CancelWaiting(payment.payment_id))
    await work(sandbox, carrier, payment)
    for nobody in (None, Payer(name="Ana")):
        await work(sandbox, carrier, await asked(sandbox, payer=nobody))
    assert (carrier.given, await stands(sandbox, payment)) == ([], [])


async def test_what_others_carry_is_kept_once(sandbox: SandboxServer) -> None:
    payment, keep = await asked(sandbox), sandbox.platform.core.messages.keep
    sms = NewMessage(
        payment.tenant_id, "code-1", Channel.SMS, "5512345678", "Tu código: 1234", payment.created_at,
        about=payment.payment_id,
    )  # fmt: skip  # one message
    await keep(sms)
    await keep(replace(sms, body="Otro"))
    [kept] = await sandbox.platform.core.messages.queries.list(Page(), about=payment.payment_id)
    assert (kept.channel, kept.body, kept.sent_at) == (Channel.SMS, "Tu código: 1234", payment.created_at)
