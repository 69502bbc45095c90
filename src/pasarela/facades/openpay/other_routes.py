"""The calls beside the money: webhooks, checkouts, stores, bar codes, first digits, what the browser library asks."""

from __future__ import annotations

from pasarela.facades.openpay import antifraud, barcodes, bines, checkouts, jsonp, receipts, stores, webhooks
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.checkouts import (
    ChangeCheckoutBody,
    CheckoutAnswer,
    CheckoutBody,
    CheckoutFilters,
)
from pasarela.facades.openpay.wire.places import StoreAnswer, StoresQuery
from pasarela.facades.openpay.wire.webhooks import WebhookAnswer, WebhookBody, WebhookFilters
from pasarela.facades.toolkit.routing import Route

M = "/v1/{merchant}"
_STORES = "Tiendas / Obtener lista de tiendas por ubicación"
_BARCODE = "Cargos / Cargo en tienda"
CLIENTS_ONLY = ""
"""Called by the provider's own clients, and not in the document."""


def other_routes(profile: Profile) -> tuple[Route[Profile], ...]:
    """Those that need a key."""
    public = profile.public_keys
    return (
        *_webhooks(),
        *_checkouts(M),
        *_checkouts(f"{M}/customers/{{customer_id}}"),
        Route(method="PUT", address=f"{M}/checkouts/{{checkout_id}}", handler=checkouts.change,
              summary="Change until when a checkout can be paid, or cancel it", section=CLIENTS_ONLY,
              body=ChangeCheckoutBody, filters=ChangeCheckoutBody, answer=CheckoutAnswer),
        Route(method="GET", address="/stores", handler=stores.find,
              summary="List the stores near a place", section=_STORES,
              filters=StoresQuery, answer=list[StoreAnswer]),
        Route(method="GET", address=f"{M}/bines/{{bin}}", handler=bines.get,
              summary="What a card's first digits tell", section=CLIENTS_ONLY, answer=bines.BinAnswer),
        Route(method="GET", address=f"{M}/bines/man/{{bin}}", handler=bines.get,
              summary="What a card's first digits tell, as shop plug-ins ask", section=CLIENTS_ONLY,
              answer=bines.BinAnswer),
        Route(method="GET", address=f"{M}/cards/validate-bin", handler=bines.card_type, public=public,
              summary="Whether a card is a credit card, by its first digits", section=CLIENTS_ONLY,
              filters=bines.BinQuery, answer=bines.CardTypeAnswer),
        Route(method="GET", address=f"{M}/antifraudkeys", handler=antifraud.keys, public=public,
              summary="The key of the device collector, which is empty", section=CLIENTS_ONLY, answer=dict),
    )  # fmt: skip  # a call is a paragraph here, not a column


def _webhooks() -> tuple[Route[Profile], ...]:
    one = f"{M}/webhooks/{{webhook_id}}"
    return (
        Route(method="POST", address=f"{M}/webhooks", handler=webhooks.create, mints="w", status=201,
              summary="Create a webhook, whose endpoint is asked at once", section="Webhooks / Crear un Webhook",
              body=WebhookBody, answer=WebhookAnswer),
        Route(method="GET", address=f"{M}/webhooks", handler=webhooks.find,
              summary="List webhooks", section="Webhooks / Listado de Webhook",
              filters=WebhookFilters, answer=list[WebhookAnswer]),
        Route(method="GET", address=one, handler=webhooks.get,
              summary="Get a webhook", section="Webhooks / Obtener un Webhook", answer=WebhookAnswer),
        Route(method="DELETE", address=one, handler=webhooks.delete, status=204,
              summary="Delete a webhook", section="Webhooks / Eliminar un Webhook"),
        Route(method="POST", address=f"{one}/verify/{{code}}", handler=webhooks.verify, about="webhook_id",
              summary="Verify a webhook with the code that its endpoint was sent", section=CLIENTS_ONLY,
              answer=WebhookAnswer),
    )  # fmt: skip  # a call is a paragraph here, not a column


def _checkouts(at: str) -> tuple[Route[Profile], ...]:
    return (
        Route(method="POST", address=f"{at}/checkouts", handler=checkouts.create, mints="ch",
              summary="Make a checkout: a link that a payer follows to pay", section=CLIENTS_ONLY,
              body=CheckoutBody, answer=CheckoutAnswer),
        Route(method="GET", address=f"{at}/checkouts", handler=checkouts.find,
              summary="List checkouts", section=CLIENTS_ONLY,
              filters=CheckoutFilters, answer=list[CheckoutAnswer]),
        Route(method="GET", address=f"{at}/checkouts/{{checkout_id}}", handler=checkouts.get,
              summary="Get a checkout, by its id or its order id", section=CLIENTS_ONLY, answer=CheckoutAnswer),
    )  # fmt: skip  # a call is a paragraph here, not a column


def open_routes(profile: Profile) -> tuple[Route[Profile], ...]:
    """Those that anybody may call, or that bring their key in another way. Browsers of any page may."""
    public = profile.public_keys
    return (
        Route(method="GET", address="/barcode/{reference}", handler=barcodes.show, open=True, public=public,
              summary="A bar code", section=_BARCODE),
        Route(method="GET", address="/paynet-pdf/{merchant}/{reference}", handler=receipts.of_store, open=True,
              summary="The receipt of a store charge", section=_BARCODE),
        Route(method="GET", address="/spei-pdf/{merchant}/{transaction}", handler=receipts.of_transfer, open=True,
              summary="The receipt of a charge by transfer", section=CLIENTS_ONLY),
        Route(method="GET", address=f"{M}/bines/{{bin}}/promotions", handler=bines.promotions, open=True,
              public=public, summary="Instalments by a card's first digits", section=CLIENTS_ONLY),
        Route(method="GET", address="/v1/cards/validate-bin", handler=bines.card_type, open=True, public=public,
              summary="Whether a card is a credit card, by its first digits", section=CLIENTS_ONLY),
        Route(method="POST", address="/v1/cards/validate-bin", handler=bines.card_type, open=True, public=public,
              summary="The same", section=CLIENTS_ONLY),
        Route(method="GET", address=f"{M}/tokens/jsonp", handler=jsonp.create_token, open=True, mints="tok",
              summary="Make a token from a script element", section="Tokens / Crear un nuevo token"),
        Route(method="GET", address=f"{M}/antifraudkeys/jsonp", handler=jsonp.antifraud_keys, open=True,
              summary="The key of the device collector, from a script element", section=CLIENTS_ONLY),
        Route(method="GET", address="/antifraud/{merchant}/components", handler=antifraud.components, open=True,
              public=public, summary="The device collector's frame", section=CLIENTS_ONLY),
        Route(method="GET", address="/antifraud/sc.js", handler=antifraud.script, open=True, public=public,
              summary="The device collector's script", section=CLIENTS_ONLY),
        Route(method="GET", address="/logo.htm", handler=antifraud.frame, open=True,
              summary="The device collector's older frame", section=CLIENTS_ONLY),
        Route(method="GET", address="/logo.gif", handler=antifraud.pixel, open=True,
              summary="The device collector's picture", section=CLIENTS_ONLY),
    )  # fmt: skip  # a call is a paragraph here, not a column
