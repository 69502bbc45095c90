"""From where a payer calls, as far as anybody tells it."""

from __future__ import annotations

from ipaddress import ip_address

from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.call import Call


def payer_address(call: Call[Profile]) -> str | None:
    """The first address that a merchant's server names in the provider's header, when it is one; else the caller's."""
    header = call.profile.charges.payer_address
    named = call.header(header) if header is not None else None
    if named is None:
        return call.client_ip
    try:
        return str(ip_address(named.partition(",")[0].strip()))
    except ValueError:
        return call.client_ip
