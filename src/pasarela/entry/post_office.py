"""Who writes and carries messages to payers: settings of the mail server, and the letters with the pages' addresses."""

from __future__ import annotations

from collections.abc import Mapping

from pasarela.core.messages.model import Letter
from pasarela.core.messages.send import WriteLetter
from pasarela.core.payments.model import Payment
from pasarela.core.tenants.queries import Tenants
from pasarela.entry.failures import CannotStart
from pasarela.infra.mail import CaughtMail, Mailer, NoMail, SmtpMail, SmtpSettings
from pasarela.web.letters.pay_link import pay_link

SMTP_VARIABLE = "PASARELA_SMTP_URL"
SENDER_VARIABLE = "PASARELA_MAIL_FROM"
MAIL_VARIABLES = {
    SMTP_VARIABLE: "the mail server, as smtp://user:password@host:587 or smtps://…; without it e-mails wait",
    SENDER_VARIABLE: "from whom our e-mails come",
}


def mailer_of(environment: Mapping[str, str], *, sandbox: bool) -> Mailer:
    """Who carries mails. Raises `CannotStart` when it is configured by half or wrong."""
    url, sender = environment.get(SMTP_VARIABLE), environment.get(SENDER_VARIABLE)
    if not url and not sender:
        return CaughtMail() if sandbox else NoMail()
    if not url or not sender:
        raise CannotStart(f"mail is configured by half, not set: {SENDER_VARIABLE if url else SMTP_VARIABLE}")
    try:
        return SmtpMail(SmtpSettings.of(url, sender))
    except ValueError as error:
        raise CannotStart(f"{SMTP_VARIABLE} or {SENDER_VARIABLE} can't be used: {error}") from error


def letters(tenants: Tenants, base_url: str, mounts: Mapping[str, str]) -> WriteLetter:
    """Writes letters that lead to the pages of each dialect, which lies at its mount."""

    async def write(payment: Payment) -> Letter:
        tenant = await tenants.by_id(payment.tenant_id)
        url = f"{base_url}{mounts[tenant.api]}/v1/{tenant.account}/charges/{payment.payment_id}/card_capture"
        return pay_link(payment, tenant.name, url)

    return write
