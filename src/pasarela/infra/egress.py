"""Where calls to addresses that merchants give may go. Pure: judges URLs and IP addresses by rules given as a value.

Production: the provider's conditions for webhooks, and no address inside anybody's network, however it is written. The
sandbox: anything but the addresses at which clouds tell a machine its secrets.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

URL_MAX = 2000

# IPv6 ranges that carry an IPv4 address: NAT64, and 6to4 with the address behind the first two bytes.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")


@dataclass(frozen=True, slots=True)
class EgressRules:
    """`ports` of `None` means any; `names_only` refuses URLs whose host is an address; `public_only` refuses loopback,
    private and reserved addresses."""

    schemes: frozenset[str]
    ports: frozenset[int] | None
    names_only: bool
    public_only: bool


PRODUCTION = EgressRules(
    frozenset({"https"}), frozenset({443, 1518, 1519, 8443, 10443}), names_only=True, public_only=True
)
SANDBOX = EgressRules(frozenset({"http", "https"}), None, names_only=False, public_only=False)


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL taken apart. `host` is in ASCII and lower case."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = {"https": 443, "http": 80}[self.scheme]
        return host if self.port == default else f"{host}:{self.port}"


class Forbidden(ValueError):
    """The rules forbid it; the message completes a sentence about the URL or the address."""


def destination(url: str, rules: EgressRules) -> Destination:
    """What `url` leads to. Raises `Forbidden`."""
    if len(url) > URL_MAX or not url.isprintable() or " " in url or "\\" in url:
        raise Forbidden("is not a URL")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Forbidden("is not a URL") from None
    if parts.scheme not in rules.schemes:
        raise Forbidden(f"must begin with {' or '.join(f'{scheme}://' for scheme in sorted(rules.schemes))}")
    if parts.username is not None or parts.password is not None:
        raise Forbidden("must not hold a user name or a password")
    host, port = _host(parts), port or {"https": 443, "http": 80}[parts.scheme]
    if rules.ports is not None and port not in rules.ports:
        raise Forbidden(f"must use one of the ports {', '.join(map(str, sorted(rules.ports)))}")
    address = _literal(host)
    if address is not None:
        if rules.names_only:
            raise Forbidden("must name a domain, not an IP address")
        check_address(address, rules)
    elif rules.names_only and ("." not in host or host.endswith((".local", ".internal", ".localhost"))):
        raise Forbidden("must name a public domain")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme, host, port, target)


def check_address(address: IpAddress, rules: EgressRules) -> None:
    """Raises `Forbidden` for an address that no call may go to."""
    for one in _meant(address):
        if rules.public_only and not one.is_global:
            raise Forbidden("leads to an address that is not public")
        special = one.is_link_local or one.is_multicast or one.is_unspecified or one.is_reserved
        if special and not one.is_loopback:
            raise Forbidden("leads to an address that nobody may be called at")


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        host = ""
    if not host or any(not (char.isalnum() or char in "-._:") for char in host):
        raise Forbidden("names no host")
    return host


def _literal(host: str) -> IpAddress | None:
    """The address that `host` is, also in the spellings that resolvers understand: `127.1`, `0x7f000001`."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    labels = host.split(".")
    try:
        numbers = [
            int(label, 16 if label.startswith("0x") else 8 if label[:1] == "0" and label != "0" else 10)
            for label in labels
        ]
    except ValueError:
        return None
    if len(numbers) > 4 or any(number > 255 for number in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(numbers)):
        raise Forbidden("names no host")
    value = sum(number << (24 - 8 * index) for index, number in enumerate(numbers[:-1])) + numbers[-1]
    return ipaddress.IPv4Address(value)


def _meant(address: IpAddress) -> list[IpAddress]:
    """The address itself, and the IPv4 addresses inside an IPv6 one; only those where it is just another spelling."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    if address in _SIX_TO_FOUR:
        return [address, ipaddress.IPv4Address((int(address) >> 80) & 0xFFFFFFFF)]
    return [address, *(address.teredo or ())]
