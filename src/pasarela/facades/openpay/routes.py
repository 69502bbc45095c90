"""The whole surface of this API: which call is answered by which handler.

Charges and cards are there twice, for the merchant and for each of his customers.
"""

from __future__ import annotations

from pasarela.facades.openpay import cards, charges, customers, merchant, tokens
from pasarela.facades.openpay.billing_routes import billing_routes
from pasarela.facades.openpay.group_routes import group_routes
from pasarela.facades.openpay.money_out_routes import money_out_routes
from pasarela.facades.openpay.other_routes import other_routes
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.answers import (
    CardAnswer,
    ChargeAnswer,
    CustomerAnswer,
    MerchantAnswer,
    PointsBalanceAnswer,
    TokenAnswer,
)
from pasarela.facades.openpay.wire.cards import CardBody, UpdateCardBody
from pasarela.facades.openpay.wire.charges import CaptureBody, ChargeBody, RefundBody
from pasarela.facades.openpay.wire.confirmed_charges import ConfirmBody
from pasarela.facades.openpay.wire.customers import CustomerBody, CustomerFilters, UpdateCustomerBody
from pasarela.facades.openpay.wire.filters import ChargeFilters, ListFilters
from pasarela.facades.toolkit.routing import Route

M = "/v1/{merchant}"
C = f"{M}/customers/{{customer_id}}"


def routes(profile: Profile) -> tuple[Route[Profile], ...]:
    """The routes of `profile`; those for browsers are public only where there are public keys."""
    public = profile.public_keys
    own = (
        *_charges(M),
        *_charges(C),
        *_customers(),
        *_cards(M, public=public),
        *_cards(C, public=public),
        *money_out_routes(),
        *billing_routes(),
        *_others(public=public),
        *other_routes(profile),
    )
    return (*own, *group_routes(own))


def _charges(at: str) -> tuple[Route[Profile], ...]:
    return (
        Route(method="POST", address=f"{at}/charges", handler=charges.create, mints="tr",
              summary="Charge a card", section="Cargos / Con id de tarjeta o token",
              body=ChargeBody, answer=ChargeAnswer),
        Route(method="GET", address=f"{at}/charges", handler=charges.find,
              summary="List charges", section="Cargos / Listado de cargos",
              filters=ChargeFilters, answer=list[ChargeAnswer]),
        Route(method="GET", address=f"{at}/charges/{{charge_id}}", handler=charges.get,
              summary="Get a charge", section="Cargos / Obtener un cargo", answer=ChargeAnswer),
        Route(method="POST", address=f"{at}/charges/{{charge_id}}/capture", handler=charges.capture, mints="tr",
              about="charge_id", summary="Capture an authorised charge", section="Cargos / Confirmar un cargo",
              body=CaptureBody, answer=ChargeAnswer),
        Route(method="POST", address=f"{at}/charges/{{charge_id}}/refund", handler=charges.refund, mints="tr",
              about="charge_id", summary="Refund a charge, or cancel an authorised one",
              section="Cargos / Devolver un cargo", body=RefundBody, answer=ChargeAnswer),
        Route(method="POST", address=f"{at}/charges/{{charge_id}}/confirm", handler=charges.confirm, mints="tr",
              about="charge_id", summary="Confirm a waiting card charge with a token",
              section="Cargos / Con redireccionamiento", body=ConfirmBody, answer=ChargeAnswer),
        Route(method="POST", address=f"{at}/charges/{{charge_id}}/cancel", handler=charges.cancel, mints="tr",
              about="charge_id", summary="Cancel a charge that nobody has paid, or an authorised one",
              section="Cargos / Devolver un cargo", answer=ChargeAnswer),
    )  # fmt: skip # a call is a paragraph here, not a column


def _customers() -> tuple[Route[Profile], ...]:
    return (
        Route(method="POST", address=f"{M}/customers", handler=customers.create, mints="a", status=201,
              summary="Create a customer", section="Clientes / Crear un nuevo cliente",
              body=CustomerBody, answer=CustomerAnswer),
        Route(method="GET", address=f"{M}/customers", handler=customers.find,
              summary="List customers", section="Clientes / Listado de clientes",
              filters=CustomerFilters, answer=list[CustomerAnswer]),
        Route(method="GET", address=C, handler=customers.get,
              summary="Get a customer", section="Clientes / Obtener un cliente existente", answer=CustomerAnswer),
        Route(method="PUT", address=C, handler=customers.update,
              summary="Update a customer", section="Clientes / Actualizar un cliente",
              body=UpdateCustomerBody, answer=CustomerAnswer),
        Route(method="DELETE", address=C, handler=customers.delete, status=204,
              summary="Delete a customer without a balance", section="Clientes / Eliminar un cliente"),
    )  # fmt: skip # a call is a paragraph here, not a column


def _cards(at: str, *, public: bool) -> tuple[Route[Profile], ...]:
    return (
        Route(method="POST", address=f"{at}/cards", handler=cards.create, mints="k", status=201, public=public,
              summary="Save a card, from its data or from a token", section="Tarjetas / Crear una tarjeta",
              body=CardBody, answer=CardAnswer),
        Route(method="GET", address=f"{at}/cards", handler=cards.find,
              summary="List saved cards", section="Tarjetas / Listado de tarjetas",
              filters=ListFilters, answer=list[CardAnswer]),
        Route(method="GET", address=f"{at}/cards/{{card_id}}", handler=cards.get,
              summary="Get a saved card", section="Tarjetas / Obtener una tarjeta", answer=CardAnswer),
        Route(method="GET", address=f"{at}/cards/{{card_id}}/points", handler=cards.points, about="card_id",
              summary="Ask for the points of a saved card", section="Tarjetas / Consulta de puntos",
              answer=list[PointsBalanceAnswer]),
        Route(method="PUT", address=f"{at}/cards/{{card_id}}", handler=cards.update, public=public,
              summary="Update a saved card, or leave a security code for its next charge",
              section="Tarjetas / Actualizar tarjeta", body=UpdateCardBody, answer=dict),
        Route(method="DELETE", address=f"{at}/cards/{{card_id}}", handler=cards.delete, status=204,
              summary="Delete a saved card", section="Tarjetas / Eliminar una tarjeta"),
    )  # fmt: skip # a call is a paragraph here, not a column


def _others(*, public: bool) -> tuple[Route[Profile], ...]:
    return (
        Route(method="POST", address=f"{M}/tokens", handler=tokens.create, mints="tok", status=201, public=public,
              summary="Exchange a card for a single-use token", section="Tokens / Crear un nuevo token",
              body=CardBody, answer=TokenAnswer),
        Route(method="GET", address=f"{M}/tokens/{{token_id}}", handler=tokens.get,
              summary="Get a token", section="Tokens / Obtener un token", answer=TokenAnswer),
        Route(method="GET", address=f"{M}/tokens/{{token_id}}/points", handler=tokens.points, about="token_id",
              summary="Ask for the points of a token's card", section="Tarjetas / Consulta de puntos",
              answer=list[PointsBalanceAnswer]),

        Route(method="GET", address=M, handler=merchant.get,
              summary="Get the merchant", section="Comercio / Obtener un comercio", answer=MerchantAnswer),
    )  # fmt: skip # a call is a paragraph here, not a column
