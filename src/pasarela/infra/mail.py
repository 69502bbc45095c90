"""Carries e-mails: over SMTP to whoever `smtp://` or `smtps://` names, or nowhere in a sandbox, which only keeps them.

A mail that is sent twice bears the same Message-ID, so that the second can be known. Passwords are never sent in clear
to another machine.
"""

from __future__ import annotations

import asyncio
import ipaddress
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Protocol
from urllib.parse import unquote, urlsplit

from pasarela.kernel.secret import Secret

SECONDS_MAX = 20
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail in plain text and HTML. `mail_id` names it for ever."""

    mail_id: str
    recipient: str
    subject: str
    text: str
    html: str | None
    at: datetime


class MailRefused(Exception):
    """It can never be delivered: its address is none, or the mailbox is not there. The message says why."""


class MailNotSent(Exception):
    """It did not leave, this time."""


class Mailer(Protocol):
    """Whoever carries mails."""

    async def send(self, mail: Mail) -> None:
        """Returns when it was taken over. Raises `MailRefused`, `MailNotSent`."""
        ...


class CaughtMail:
    """Carries nothing anywhere: a sandbox shows what would have been sent."""

    async def send(self, mail: Mail) -> None:
        message_of(mail, "sandbox@localhost")


class NoMail:
    """Production without a mail server: mails wait for one."""

    async def send(self, mail: Mail) -> None:  # noqa: ARG002 - the port's signature
        raise MailNotSent("no mail server is configured")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server, from a URL like `smtp://user:password@mail.example:587`. `sender` is the From address."""

    host: str
    port: int
    encrypted: bool
    user: str | None
    password: Secret | None
    sender: str

    @classmethod
    def of(cls, url: str, sender: str) -> SmtpSettings:
        """Raises `ValueError` with what is wrong, never the URL: it holds a password."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("the mail server is not a URL like smtp://user:password@mail.example:587")
        _address(sender)
        return cls(
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            parts.scheme == "smtps",
            unquote(parts.username) if parts.username else None,
            Secret(unquote(parts.password)) if parts.password else None,
            sender,
        )


class SmtpMail:
    """Speaks SMTP (RFC 5321), a connection for each mail, in a thread. Encrypted with STARTTLS or from the first byte;
    only a server on this machine may be spoken to in clear."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    async def send(self, mail: Mail) -> None:
        message = message_of(mail, self._settings.sender)
        try:
            await asyncio.to_thread(self._deliver, message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if all(code >= 500 for code in codes):
                raise MailRefused(f"the mail server does not know the recipient ({codes[0]})") from error
            raise MailNotSent(f"the mail server puts the recipient off ({codes[0]})") from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent(f"{type(error).__name__} from the mail server {self._settings.host}") from error

    def _deliver(self, message: EmailMessage) -> None:
        settings = self._settings
        tls = ssl.create_default_context()
        connect = (
            smtplib.SMTP_SSL(settings.host, settings.port, timeout=SECONDS_MAX, context=tls)
            if settings.encrypted
            else smtplib.SMTP(settings.host, settings.port, timeout=SECONDS_MAX)
        )
        with connect as server:
            if not settings.encrypted and not _is_this_machine(settings.host):
                server.starttls(context=tls)
            if settings.user is not None:
                server.login(settings.user, settings.password.reveal() if settings.password else "")
            server.send_message(message)


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it is sent. Raises `MailRefused` for what can't be an address."""
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = _address(mail.recipient)
        message["From"] = _address(sender)
        message["Subject"] = " ".join(mail.subject.split())
    except ValueError as error:
        raise MailRefused(f"not an e-mail address: {error}") from error
    message["Date"] = mail.at
    message["Message-ID"] = f"<{mail.mail_id.replace('/', '.')}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    return message


def _address(text: str) -> Address:
    """Raises `ValueError`; a line break in an address must not become a header of its own."""
    if not text.isprintable() or text.count("@") != 1:
        raise ValueError("it must have one @ and no blanks")
    try:
        return Address(addr_spec=text)
    except Exception as error:  # the parser raises errors of its own, of several kinds
        raise ValueError("it can't be read") from error


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
