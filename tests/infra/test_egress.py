"""Where calls may go."""

from __future__ import annotations

import ipaddress

import pytest

from pasarela.infra.egress import PRODUCTION, SANDBOX, Destination, Forbidden, check_address, destination


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://notifications.merchant.com", Destination("https", "notifications.merchant.com", 443, "/")),
        ("https://Merchant.com:8443/a/b?c=d#e", Destination("https", "merchant.com", 8443, "/a/b?c=d")),
        ("https://tienda-niño.mx/x", Destination("https", "xn--tienda-nio-19a.mx", 443, "/x")),
        ("https://merchant.com.:10443/", Destination("https", "merchant.com", 10443, "/")),
    ],
)
def test_production_allows(url: str, expected: Destination) -> None:
    assert destination(url, PRODUCTION) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://merchant.com",
        "ftp://merchant.com",
        "https://merchant.com:444",
        "https://merchant.com:99999",
        "https://merchant.com:x",
        "https://93.184.216.34",
        "https://[2606:2800:220:1::1]/",
        "https://127.1",
        "https://0x7f000001",
        "https://017700000001",
        "https://2130706433",
        "https://localhost",
        "https://db",
        "https://printer.local",
        "https://metadata.google.internal",
        "https://user:secret@merchant.com",
        "https://",
        "https:///path",
        "https://mer chant.com",
        "https://merchant.com\\@evil.com",
        "https://exa\nmple.com",
        "//merchant.com",
        "merchant.com",
        "",
        "https://" + "a" * 2000 + ".com",
    ],
)
def test_production_forbids(url: str) -> None:
    with pytest.raises(Forbidden):
        destination(url, PRODUCTION)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:3000/hook", "http://localhost:3000", "https://[::1]:9/x", "http://10.0.0.5/", "http://hook"],
)
def test_the_sandbox_allows_loopback(url: str) -> None:
    assert destination(url, SANDBOX).scheme in ("http", "https")


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest/meta-data", "http://0.0.0.0/", "http://[fe80::1]/", "http://0xa9fea9fe/"]
)
def test_the_sandbox_keeps_from_the_machines_secrets(url: str) -> None:
    with pytest.raises(Forbidden):
        destination(url, SANDBOX)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_addresses(address: str) -> None:
    check_address(ipaddress.ip_address(address), PRODUCTION)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104 - an address to refuse, not one to listen on
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    with pytest.raises(Forbidden):
        check_address(ipaddress.ip_address(address), PRODUCTION)


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://localhost", "localhost"),
        ("http://localhost:443", "localhost:443"),
        ("https://localhost:443", "localhost"),
        ("http://[::1]:3000", "[::1]:3000"),
    ],
)
def test_the_host_header(url: str, authority: str) -> None:
    assert destination(url, SANDBOX).authority == authority
