"""Why a tenant's call, or a call about a tenant, is refused."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class UnknownKey(Refusal):
    """The key is not a key of this account.

    The same for a wrong or revoked key, an unknown account and a key of another tenant: nobody learns which.
    """

    rule = "unknown_key"


class TenantDisabled(Refusal):
    """The account is suspended or deleted."""

    rule = "tenant_disabled"


class UnknownTenant(Refusal):
    """There is no such account."""

    rule = "unknown_tenant"


class AccountTaken(Refusal):
    """Another tenant has this account id."""

    rule = "account_taken"
    field = "account"


class KeyNotFound(Refusal):
    """The account has no unrevoked key with this id."""

    rule = "key_not_found"
    field = "key_id"


class KeyTaken(Refusal):
    """The account has this very key already."""

    rule = "key_taken"
    field = "key"
