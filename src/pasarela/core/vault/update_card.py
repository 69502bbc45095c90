"""Changes what may change of a saved card: holder, expiry, and the security code for its next charge."""

from __future__ import annotations

from datetime import date

from pasarela.core.context import Caller
from pasarela.core.vault.errors import UnknownCard
from pasarela.core.vault.model import SavedCard
from pasarela.core.vault.repository import SQL, expiry_from, saved_card_from
from pasarela.core.vault.rules import SECURITY_CODE_LIFE, check_new_expiry, check_security_code, cvv_key
from pasarela.infra.database import Database
from pasarela.infra.ephemeral import EphemeralSecrets
from pasarela.kernel.cards import Expiry
from pasarela.kernel.secret import Secret


class UpdateCard:
    """Updates one saved card; its number never changes."""

    def __init__(self, db: Database, ephemeral: EphemeralSecrets) -> None:
        self._db = db
        self._ephemeral = ephemeral

    async def __call__(
        self,
        caller: Caller,
        card_id: str,
        customer_id: str | None = None,
        *,
        today: date,
        holder_name: str | None = None,
        expiry: Expiry | None = None,
        cvv: Secret | None = None,
    ) -> SavedCard:
        """The card as it is now; what is `None` stays. `today` is the day at the cardholder. `cvv` is kept in
        memory for ten minutes, for one charge. Raises `UnknownCard`, `ExpiredCard`, `WrongSecurityCode`."""
        if cvv is not None:
            check_security_code(cvv)
        tenant_id = caller.tenant_id
        async with self._db.tenant(tenant_id) as tx:
            old = await tx.fetchrow(SQL["lock_card"], tenant_id, card_id, customer_id)
            if old is None:
                raise UnknownCard
            expiry = expiry or expiry_from(old)
            check_new_expiry(expiry, expiry_from(old), today)
            holder_name = holder_name or old["holder_name"]
            await tx.execute(SQL["update_card"], tenant_id, card_id, holder_name, expiry.year, expiry.month)
            row = await tx.fetchrow(SQL["card_by_id"], tenant_id, card_id, customer_id)
        assert row is not None, "it was locked in this transaction"
        if cvv is not None:
            await self._ephemeral.put(cvv_key(tenant_id, card_id), cvv, SECURITY_CODE_LIFE)
        return saved_card_from(row)
