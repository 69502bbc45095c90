"""Mails over SMTP: what is sent, who is refused for good, what is tried again, and settings that can't be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pasarela.infra.mail import CaughtMail, Mail, MailNotSent, MailRefused, NoMail, SmtpMail, SmtpSettings
from tests.fakes.mail_server import mail_server

AT = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
MAIL = Mail("tr1/link", "ana@cliente.example", "Tu pago\r\nBcc: otro@x.example", "Hola: ñ", "<p>Hola: ñ</p>", AT)
SENDER = "pagos@pasarela.example"


async def test_a_mail_arrives_as_it_was_written() -> None:
    async with mail_server() as server:
        await SmtpMail(SmtpSettings.of(server.url, SENDER)).send(MAIL)
    [mail] = server.mails
    assert (mail["To"], mail["From"], mail["Bcc"]) == ("ana@cliente.example", SENDER, None)
    assert mail["Subject"] == "Tu pago Bcc: otro@x.example"
    assert mail["Message-ID"] == "<tr1.link@pasarela.example>"
    assert mail["Date"].datetime == AT
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert (plain.get_content().strip(), html.get_content().strip()) == ("Hola: ñ", "<p>Hola: ñ</p>")


@pytest.mark.parametrize(("answer", "error"), [("550 nobody", MailRefused), ("450 later", MailNotSent)])
async def test_only_what_is_refused_for_good_is_given_up(answer: str, error: type[Exception]) -> None:
    async with mail_server(answer) as server:
        with pytest.raises(error):
            await SmtpMail(SmtpSettings.of(server.url, SENDER)).send(MAIL)
    assert server.mails == []


async def test_a_server_that_is_away_is_tried_again() -> None:
    async with mail_server() as server:
        settings = SmtpSettings.of(server.url, SENDER)
    with pytest.raises(MailNotSent, match=r"127\.0\.0\.1"):
        await SmtpMail(settings).send(MAIL)
    with pytest.raises(MailNotSent):
        await NoMail().send(MAIL)


@pytest.mark.parametrize("recipient", ["", "ana", "ana@@x", "ana@x\r\nBcc: y@z", "a b@x.example", "@", "ana@"])
async def test_what_cant_be_an_address_is_refused(recipient: str) -> None:
    with pytest.raises(MailRefused):
        await CaughtMail().send(replace(MAIL, recipient=recipient))


@pytest.mark.parametrize(
    ("url", "sender"),
    [("mail.example:25", SENDER), ("http://mail.example", SENDER), ("smtp://", SENDER), ("smtp://m.example", "nobody")],
)
def test_settings_that_cant_be_used_are_refused(url: str, sender: str) -> None:
    with pytest.raises(ValueError, match=r"mail server|must have"):
        SmtpSettings.of(url, sender)


def test_settings_are_read_from_a_url() -> None:
    settings = SmtpSettings.of("smtps://yo%40x:c%3Alave@mail.example", SENDER)
    assert (settings.host, settings.port, settings.encrypted, settings.user) == ("mail.example", 465, True, "yo@x")
    assert settings.password is not None
    assert (settings.password.reveal(), "c:lave" in repr(settings)) == ("c:lave", False)
