"""A mail server for tests: speaks enough SMTP to take a mail, to refuse its recipient, or to be out of order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class MailServer:
    """`answer` is what it says to a recipient; `mails` are those it has taken."""

    answer: str = "250 ok"
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 tests\r\n")
        with contextlib.suppress(ConnectionError):
            while line := (await reader.readline()).decode().strip():
                word = line.split(" ")[0].upper()
                if word == "DATA":
                    writer.write(b"354 go on\r\n")
                    content = await reader.readuntil(b"\r\n.\r\n")
                    self.mails.append(message_from_bytes(content[:-5], policy=default))
                said = {"RCPT": self.answer, "QUIT": "221 bye"}.get(word, "250 ok")
                writer.write(f"{said}\r\n".encode())
                if word == "QUIT":
                    break
        writer.close()


@contextlib.asynccontextmanager
async def mail_server(answer: str = "250 ok") -> AsyncIterator[MailServer]:
    """One that listens on a port of its own."""
    server = MailServer(answer)
    listener = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    yield server
    listener.close()
    await listener.wait_closed()
