"""Saves a card after the issuer has confirmed that it is good: a verification of zero, which holds nothing.

A card that its issuer refuses is not saved. Nothing of the verification stays but the attempt.
"""

from __future__ import annotations

from pasarela.core.context import Caller
from pasarela.core.payments.card_messages import CardMessages
from pasarela.core.payments.errors import CardRefused, OutcomeUnknown
from pasarela.core.payments.rows import attempt_row, batch_json
from pasarela.infra.database import Database, SqlFiles
from pasarela.kernel.cards import CardData
from pasarela.kernel.clock import Clock
from pasarela.kernel.decline import Decline
from pasarela.kernel.money import Currency, Money
from pasarela.rails.contract import Approved, CardPurpose, Declined

SQL = SqlFiles(__package__)


class VerifyCard:
    """Asks a card's issuer whether it is good, without moving or holding money."""

    def __init__(self, database: Database, messages: CardMessages, clock: Clock) -> None:
        self._database = database
        self._messages = messages
        self._clock = clock

    async def __call__(self, caller: Caller, card: CardData, attempt_for: str) -> None:
        """Returns when the issuer confirms. `attempt_for` is the id that the card is to have.

        Raises `CardRefused` (the issuer's reason inside) or `OutcomeUnknown` when there is no answer.
        """
        trace = self._messages.new_trace()
        nothing = Money.zero(Currency.MXN)
        attempt_id = f"{attempt_for}/verification"
        row = attempt_row(caller.tenant_id, attempt_id, "verification", nothing, trace)
        async with self._database.batch() as tx:
            await tx.execute(SQL["insert_attempts"], batch_json([row]))
        answer = await self._messages.authorise(caller, card, nothing, CardPurpose.VERIFICATION, trace)
        known = answer if isinstance(answer, Approved | Declined) else None
        async with self._database.batch() as tx:
            await tx.execute(
                SQL["answer_attempts"],
                batch_json(
                    [
                        {
                            "tenant_id": caller.tenant_id,
                            "attempt_id": attempt_id,
                            "state": type(known).__name__.lower() if known else "unknown",
                            "answered_at": self._clock.now(caller.tenant_id),
                            "response_code": known.code if known else None,
                        }
                    ]
                ),
            )
        if isinstance(answer, Declined) and answer.decline is not Decline.ISSUER_UNAVAILABLE:
            raise CardRefused(answer.decline, answer.code)
        if not isinstance(answer, Approved):
            raise OutcomeUnknown(attempt_for)
