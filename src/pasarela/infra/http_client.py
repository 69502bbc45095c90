"""Posts to addresses that merchants give. Asks the resolver once, checks every address that it tells, and connects to
the one that was checked, so that a name can't lead elsewhere a moment later. Follows no redirects, uses no proxy, reads
little of an answer and waits for it for seconds only.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import httpx

from pasarela.infra.egress import Destination, EgressRules, Forbidden, check_address, destination

ANSWER_SECONDS_MAX = 10.0
CONNECT_SECONDS_MAX = 5.0
ANSWER_BYTES_MAX = 16_384


class NotReached(Exception):
    """Nobody there heard the call: no such host, no connection, no TLS that we trust, or an address forbidden to us."""


class NoAnswer(Exception):
    """The call went out, and no answer came back in time: whether it was heard is unknown."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: the beginning of the body only."""

    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class HttpClient:
    """One for each process; `close` it at the end.

    Hosts of `stand_ins` are never called: the sandbox answers 200 in their place, because the providers' documents
    print addresses that belong to strangers now.
    """

    def __init__(
        self, rules: EgressRules, stand_ins: Collection[str] = (), *, answer_seconds_max: float = ANSWER_SECONDS_MAX
    ) -> None:
        self._rules = rules
        self._answer_seconds_max = answer_seconds_max
        self._stand_ins = frozenset(stand_ins)
        self._client: httpx.AsyncClient | None = None

    def check(self, url: str) -> None:
        """Raises `Forbidden` for a URL that is never called, whatever its name resolves to."""
        destination(url, self._rules)

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], auth: tuple[str, str] | None = None
    ) -> Answered:
        """Raises `Forbidden`, `NotReached`, `NoAnswer`."""
        to = destination(url, self._rules)
        if to.host in self._stand_ins:
            return Answered(200, b"")
        try:
            async with asyncio.timeout(self._answer_seconds_max):
                return await self._exchange(to, await self._address(to), body, headers, auth)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
            raise NotReached(f"no connection to {to.authority}: {error}") from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise NoAnswer(f"no answer from {to.authority}: {type(error).__name__}") from error

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _exchange(
        self, to: Destination, address: str, body: bytes, headers: Mapping[str, str], auth: tuple[str, str] | None
    ) -> Answered:
        if self._client is None:
            timeout = httpx.Timeout(self._answer_seconds_max, connect=CONNECT_SECONDS_MAX)
            # Connections are kept by address, but a certificate was checked for a name: so none is kept.
            limits = httpx.Limits(max_keepalive_connections=0)
            self._client = httpx.AsyncClient(timeout=timeout, limits=limits, trust_env=False, follow_redirects=False)
        host = f"[{address}]" if ":" in address else address
        request = self._client.build_request(
            "POST",
            f"{to.scheme}://{host}:{to.port}{to.target}",
            content=body,
            headers={**headers, "Host": to.authority},
            extensions={"sni_hostname": to.host},
        )
        response = await self._client.send(request, auth=auth, stream=True)
        try:
            return Answered(response.status_code, await _beginning(response))
        finally:
            await response.aclose()

    async def _address(self, to: Destination) -> str:
        """The address to connect to: the first one, when all that the resolver tells are allowed."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise NotReached(f"{to.host} is no known host: {error}") from error
        addresses = [str(entry[4][0]) for entry in found]
        for address in addresses:
            try:
                check_address(ipaddress.ip_address(address.partition("%")[0]), self._rules)
            except Forbidden as forbidden:
                raise NotReached(f"{to.host} {forbidden}") from forbidden
        # Most of what listens on this machine listens on IPv4 only.
        return min(addresses, key=lambda address: ":" in address)


async def _beginning(response: httpx.Response) -> bytes:
    kept = b""
    async for chunk in response.aiter_raw():
        kept += chunk
        if len(kept) >= ANSWER_BYTES_MAX:
            break
    return kept[:ANSWER_BYTES_MAX]
