"""First transaction of an authorisation: the order id, the card's ciphertext, the payment and its attempt.

Written for a batch: each item wins or is refused on its own. Once it commits, the payment is visible and its trace is
known, so that a crash at any later moment can be resolved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pasarela.core.context import Caller
from pasarela.core.payments import events
from pasarela.core.payments.errors import OrderIdTaken, SourceSpent
from pasarela.core.payments.model import AuthoriseCard, CardView, Payment, PaymentStatus
from pasarela.core.payments.rows import attempt_row, batch_json, payment_of, terms_row
from pasarela.core.rates.model import ExchangeRate
from pasarela.core.vault.model import SealedPan
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra import claims, metrics
from pasarela.infra.claims import Claim
from pasarela.infra.coalescer import Coalescer
from pasarela.infra.database import Database, SqlFiles, Tx
from pasarela.infra.outbox import Outbox
from pasarela.kernel.cards import CardData
from pasarela.kernel.decline import Decline
from pasarela.kernel.events import Event
from pasarela.kernel.ids import IdSource
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Money
from pasarela.rails.contract import Trace

SQL = SqlFiles(__package__)

ORDER_ID_SCOPE = "order_id"


@dataclass(frozen=True, slots=True)
class Opening:
    """An authorisation about to be recorded. `new_card` came with the call and is not in the vault yet; `token_id`
    pays; `refused_by` names the risk rules that forbid sending it at all (empty: send it), `reviewed_for` those for
    which somebody has to look at it; `exchange` is the rate at which its payee gets it, where one is needed."""

    caller: Caller
    command: AuthoriseCard
    view: CardView
    sealed: SealedPan
    new_card: CardData | None
    token_id: str | None
    trace: Trace
    at: datetime
    refused_by: tuple[str, ...] = ()
    reviewed_for: tuple[str, ...] = ()
    exchange: ExchangeRate | None = None

    @property
    def status(self) -> PaymentStatus:
        return PaymentStatus.DECLINED if self.refused_by else PaymentStatus.AUTHORIZING

    @property
    def spends(self) -> str | None:
        """The token that it uses up; none when it is not sent: its payer may prove who he is and try again with it."""
        return None if self.refused_by else self.token_id

    def payment(self) -> Payment:
        """The payment as the first transaction leaves it."""
        command, currency = self.command, self.command.amount.currency
        return Payment(
            tenant_id=self.caller.tenant_id,
            payment_id=command.payment_id,
            api=self.caller.api,
            instrument=Instrument.CARD,
            status=self.status,
            amount=command.amount,
            captured=Money.zero(currency),
            refunded=Money.zero(currency),
            capture_now=command.capture,
            order_id=command.order_id,
            description=command.description,
            customer_id=command.customer_id,
            source_id=self.view.card_id or self.token_id,
            card=self.view,
            payer=command.payer,
            details=command.details,
            authorization_code=None,
            response_code=None,
            decline=Decline.RISK_REFUSED if self.refused_by else None,
            fee=None,
            created_at=self.at,
            operated_at=self.at,
            expires_at=None,
            credits_customer=command.credits_customer,
            instalments=command.instalments,
            settles_in=self.exchange.target if self.exchange is not None else None,
            exchange=self.exchange,
            reviewed_for=self.reviewed_for,
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """What the first transaction left: the payment, and whether it stood there before (`replayed`)."""

    payment: Payment
    replayed: bool = False


class Opener:
    """Runs openings in coalesced batches."""

    def __init__(self, database: Database, sealer: Sealer, sources: Sources, outbox: Outbox, ids: IdSource) -> None:
        self._database = database
        self._sealer = sealer
        self._sources = sources
        self._outbox = outbox
        self._ids = ids
        self.open: Coalescer[Opening, Opened] = Coalescer(self._run)

    async def _run(self, openings: Sequence[Opening]) -> list[Opened | Exception]:
        results: dict[int, Opened | Exception] = {}
        async with self._database.batch() as tx:
            await self._claim_order_ids(tx, openings, results)
            spent = await self._spend_tokens(tx, openings, results)
            going = [index for index in range(len(openings)) if index not in results and index not in spent]
            fresh = [(o.caller.tenant_id, o.sealed, o.new_card) for o in map(openings.__getitem__, going) if o.new_card]
            await self._sealer.store(tx, fresh, openings[0].at)
            replayed = await self._insert(tx, openings, going, results)
            await self._replay(tx, openings, spent, replayed, results)
        self._sealer.remember(fresh)
        for index, opening in enumerate(openings):
            if opening.refused_by and results[index] == Opened(opening.payment()):
                metrics.PAYMENTS.labels(Instrument.CARD.value, PaymentStatus.DECLINED.value).inc()
        return [results[index] for index in range(len(openings))]

    async def _claim_order_ids(
        self, tx: Tx, openings: Sequence[Opening], results: dict[int, Opened | Exception]
    ) -> None:
        wanted = [index for index, opening in enumerate(openings) if opening.command.order_id is not None]
        bearers = await claims.take(tx, [_claim(openings[index]) for index in wanted])
        for index, bearer in zip(wanted, bearers, strict=True):
            command = openings[index].command
            if bearer != command.payment_id:
                results[index] = OrderIdTaken(command.order_id or "", bearer)

    async def _spend_tokens(
        self, tx: Tx, openings: Sequence[Opening], results: Mapping[int, Opened | Exception]
    ) -> list[int]:
        """Answers the openings that came too late for their token."""
        spending = {
            index: (o.caller.tenant_id, o.spends, o.command.payment_id, o.at)
            for index, o in enumerate(openings)
            if o.spends is not None and index not in results
        }
        won = await self._sources.consume(tx, list(spending.values())) if spending else {}
        return [index for index, (_, token_id, payment_id, _) in spending.items() if won.get(token_id) != payment_id]

    async def _insert(
        self, tx: Tx, openings: Sequence[Opening], going: Sequence[int], results: dict[int, Opened | Exception]
    ) -> list[int]:
        """Answers the openings whose payment stood there before, perhaps by an earlier one of this batch."""
        if not going:
            return []
        ordered = sorted(going, key=lambda index: _key(openings[index]))
        rows = await tx.fetch(SQL["insert_payments"], batch_json([_payment_row(openings[i]) for i in ordered]))
        new = {(row["tenant_id"], row["payment_id"]) for row in rows}
        sent: list[Opening] = []
        refused: list[Opening] = []
        replayed: list[int] = []
        for index in ordered:
            opening = openings[index]
            if _key(opening) not in new:
                replayed.append(index)
                continue
            new.discard(_key(opening))
            results[index] = Opened(opening.payment())
            (refused if opening.refused_by else sent).append(opening)
        if sent:
            await tx.execute(SQL["insert_attempts"], batch_json([_attempt_row(opening) for opening in sent]))
        await self._outbox.append(tx, [self._declined(opening) for opening in refused])
        return replayed

    def _declined(self, opening: Opening) -> Event:
        return events.event(
            self._ids.fresh("e"),
            opening.caller.tenant_id,
            events.DECLINED,
            opening.command.payment_id,
            opening.at,
            decline=Decline.RISK_REFUSED.value,
        )

    async def _replay(
        self,
        tx: Tx,
        openings: Sequence[Opening],
        spent: Sequence[int],
        replayed: Sequence[int],
        results: dict[int, Opened | Exception],
    ) -> None:
        """Answers openings with the payment that stands under their id, or, when none does, that their token is spent.
        What they have taken here and that payment does not need is given back."""
        indexes = [*spent, *replayed]
        if not indexes:
            return
        keys = [_key(openings[index]) for index in indexes]
        rows = await tx.fetch(SQL["read_payments"], [key[0] for key in keys], [key[1] for key in keys])
        found = {(row["tenant_id"], row["payment_id"]): payment_of(row) for row in rows}
        made_here = {_key(openings[index]) for index in results if isinstance(results[index], Opened)}
        names: list[Claim] = []
        tokens: list[tuple[int, str, str]] = []
        for index in indexes:
            opening, payment = openings[index], found.get(_key(openings[index]))
            results[index] = SourceSpent() if payment is None else Opened(payment, replayed=True)
            if opening.command.order_id not in {None, payment.order_id if payment else None}:
                names.append(_claim(opening))
            pays = payment is not None and payment.source_id == opening.token_id and _key(opening) in made_here
            if opening.spends is not None and index in replayed and not pays:
                tokens.append((opening.caller.tenant_id, opening.spends, opening.command.payment_id))
        await claims.give_back(tx, names)
        await self._sources.release(tx, tokens)


def _key(opening: Opening) -> tuple[int, str]:
    return opening.caller.tenant_id, opening.command.payment_id


def _claim(opening: Opening) -> Claim:
    command = opening.command
    assert command.order_id is not None, "only openings with an order id claim one"
    return Claim(opening.caller.tenant_id, ORDER_ID_SCOPE, command.order_id, command.payment_id, opening.at)


def _payment_row(opening: Opening) -> dict[str, object]:
    command = opening.command
    return {
        "tenant_id": opening.caller.tenant_id,
        "payment_id": command.payment_id,
        "api": opening.caller.api,
        "instrument": Instrument.CARD.value,
        "status": opening.status.value,
        "currency": command.amount.currency.code,
        "amount": command.amount.minor,
        "capture_now": command.capture,
        "order_id": command.order_id,
        "description": command.description,
        "customer_id": command.customer_id,
        "credits_customer": command.credits_customer,
        "source_id": opening.view.card_id or opening.token_id,
        "fingerprint": "\\x" + opening.sealed.fingerprint.hex(),
        "card": opening.view,
        "payer": command.payer,
        "details": command.details,
        "response_code": None,
        "decline": Decline.RISK_REFUSED.value if opening.refused_by else None,
        "created_at": opening.at,
        **terms_row(opening.payment()),
    }


def _attempt_row(opening: Opening) -> dict[str, object]:
    return attempt_row(
        opening.caller.tenant_id,
        f"{opening.command.payment_id}/authorisation",
        "authorisation",
        opening.command.amount,
        opening.trace,
    )
