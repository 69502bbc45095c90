"""`/stock` and `/cards/{card_id}/secrets`: what a sandbox's issuing programs otherwise keep to themselves."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from pasarela.control.answers import answer, not_found
from pasarela.control.bodies import known_parameters, whole_number
from pasarela.control.plane import ControlPlane
from pasarela.core.issuing.errors import UnknownCard

COUNT, COUNT_MAX = 10, 1000


class IssuedCards:
    """The handlers."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane

    async def stock(self, request: Request) -> Response:
        """Numbers of plastics that nobody has yet, of one product or of all."""
        known_parameters(request, "product", "count")
        count = whole_number(request, "count", COUNT, COUNT_MAX)
        found = await self._plane.issued_cards.stock(request.query_params.get("product"), count)
        return answer({"cards": [{"card_number": one.pan.reveal(), "product": one.product_id} for one in found]})

    async def secrets(self, request: Request) -> Response:
        """What pays with a card elsewhere; of a virtual card the code that is good for some minutes."""
        known_parameters(request)
        card_id = request.path_params["card_id"]
        try:
            found = await self._plane.issued_cards.secrets(card_id)
        except UnknownCard:
            raise not_found(f"an issued card {card_id!r}", "POST /necipco/v1/cards/virtual makes one") from None
        return answer(
            {
                "card_number": found.pan.reveal(),
                "expiration_month": f"{found.expiry.month:02d}",
                "expiration_year": f"{found.expiry.year % 100:02d}",
                "cvv2": found.cvv2.reveal(),
            }
        )
