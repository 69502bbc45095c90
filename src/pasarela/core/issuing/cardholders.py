"""Cardholders of one client: made once, found by what is known of them. Another client's are not there."""

from __future__ import annotations

from pasarela.core.issuing.errors import ExternalIdTaken, ReplayMismatch, UnknownCardholder
from pasarela.core.issuing.model import Cardholder, HolderFile, HolderFilter, NewCardholder, Session
from pasarela.core.issuing.rows import SQL, card_from, cardholder_arguments, cardholder_from
from pasarela.infra.database import Database
from pasarela.kernel.clock import Clock


class Cardholders:
    """The verb and the query."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(self, session: Session, new: NewCardholder) -> Cardholder:
        """The cardholder; the same one again answers who stands there.

        Raises `ExternalIdTaken`, `ReplayMismatch`.
        """
        tenant_id, client_id = session.tenant_id, session.client_id
        arguments = cardholder_arguments(tenant_id, client_id, new)
        async with self._database.tenant(tenant_id) as tx:
            row = await tx.fetchrow(SQL["insert_cardholder"], *arguments, self._clock.now(tenant_id))
            if row is not None:
                return cardholder_from(row)
            row = await tx.fetchrow(SQL["cardholder_by_id"], tenant_id, new.cardholder_id)
        if row is None:
            raise ExternalIdTaken
        standing = cardholder_from(row)
        if standing.client_id != client_id or standing.told != new:
            raise ReplayMismatch
        return standing

    async def get(self, session: Session, cardholder_id: str) -> Cardholder:
        """Raises `UnknownCardholder`."""
        async with self._database.tenant(session.tenant_id) as tx:
            row = await tx.fetchrow(SQL["cardholder_by_id"], session.tenant_id, cardholder_id)
        if row is None or row["client_id"] != session.client_id:
            raise UnknownCardholder
        return cardholder_from(row)

    async def find(self, session: Session, wanted: HolderFilter) -> HolderFile:
        """The newest cardholder who meets every condition, with his cards. `id` may be a card's, too.

        Raises `UnknownCardholder`.
        """
        tenant_id = session.tenant_id
        async with self._database.tenant(tenant_id) as tx:
            holder_id = wanted.id
            if holder_id is not None:
                holder_id = await tx.fetchval(SQL["holder_of_card"], tenant_id, holder_id) or holder_id
            row = await tx.fetchrow(
                SQL["find_cardholder"],
                tenant_id,
                session.client_id,
                holder_id,
                wanted.rfc,
                wanted.curp,
                wanted.email,
                wanted.primary_phone,
                wanted.mobile_phone,
            )
            if row is None:
                raise UnknownCardholder
            cards = await tx.fetch(SQL["cards_of_holder"], tenant_id, row["cardholder_id"])
        return HolderFile(cardholder_from(row), tuple(card_from(each) for each in cards))
