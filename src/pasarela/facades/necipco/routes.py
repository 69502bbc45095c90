"""The whole surface of this API: which call is answered by which handler."""

from __future__ import annotations

from pasarela.facades.necipco import (
    cardholders,
    cards,
    clients,
    lists,
    money,
    pins,
    sign_in,
    virtual_cards,
)
from pasarela.facades.necipco.profile import Profile
from pasarela.facades.necipco.wire import answers, bodies, card_answers, client_bodies
from pasarela.facades.necipco.wire.answers import Envelope
from pasarela.facades.toolkit.routing import UUID, Route

V = "/v1"


def routes() -> tuple[Route[Profile], ...]:
    """All calls."""
    return (*_sign_in(), *_cardholders(), *_cards(), *_pins(), *_money(), *_virtual_cards(), *_clients(), *_lists())


def _sign_in() -> tuple[Route[Profile], ...]:
    return (
        Route(method="POST", address=f"{V}/auth/login", handler=sign_in.login, open=True,
              summary="Sign in; the token is in the answer's header Authorization",
              section="Authentication / Get authorization token", body=bodies.LoginBody, answer=answers.SignedIn),
        Route(method="DELETE", address=f"{V}/auth/logout", handler=sign_in.logout,
              summary="Sign out: the token is dead at once", section="Authentication / Expire authorization token",
              answer=answers.SignedOut),
    )  # fmt: skip # a call is a paragraph here, not a column


def _cardholders() -> tuple[Route[Profile], ...]:
    return (
        Route(method="GET", address=f"{V}/cardholders", handler=cardholders.find,
              summary="Find a cardholder", section="Cardholder / Get a cardholder",
              filters=bodies.CardholderFilters, answer=Envelope[answers.HolderFound]),
        Route(method="POST", address=f"{V}/cardholders", handler=cardholders.create, mints=UUID, status=201,
              summary="Create a cardholder", section="Cardholder / Create a cardholder",
              body=bodies.CardholderBody, answer=Envelope[answers.HolderMade]),
    )  # fmt: skip # a call is a paragraph here, not a column


def _cards() -> tuple[Route[Profile], ...]:
    return (
        Route(method="PUT", address=f"{V}/cards", handler=cards.assign, mints=UUID,
              summary="Assign a card of the stock to a cardholder", section="Cards / Assign a card to a cardholder",
              body=bodies.AssignBody, answer=Envelope[card_answers.CardAssigned]),
        Route(method="POST", address=f"{V}/cards/activate", handler=cards.activate,
              summary="Activate a card", section="Cards / Activate a card",
              body=bodies.CardBody, answer=Envelope[card_answers.CardChanged]),
        Route(method="PUT", address=f"{V}/cards/status", handler=cards.change_status,
              summary="Change a card's status", section="Cards / Change card status",
              body=bodies.StatusBody, answer=Envelope[card_answers.CardChanged]),
        Route(method="GET", address=f"{V}/cards/balance", handler=cards.balance,
              summary="A card's balance, with its last movements if wanted", section="Cards / Get the card balance",
              filters=bodies.BalanceQuery, answer=Envelope[card_answers.CardBalance]),
        Route(method="GET", address=f"{V}/cards/info", handler=cards.info,
              summary="What is known of a card; its number is encrypted", section="Cards / Get card info",
              filters=bodies.CardQuery, answer=Envelope[card_answers.CardInfo]),
    )  # fmt: skip # a call is a paragraph here, not a column


def _pins() -> tuple[Route[Profile], ...]:
    return (
        Route(method="GET", address=f"{V}/cards/authenticate", handler=pins.authenticate,
              summary="Authenticate a cardholder", section="Cards / Authenticate card for cardholder",
              filters=bodies.AuthenticateQuery, answer=Envelope[answers.Validated]),
        Route(method="GET", address=f"{V}/cards/pin/pos", handler=pins.pos_pin,
              summary="The PIN for points of sale, encrypted", section="Cards / Get card PIN for POS",
              filters=bodies.PlacedCardQuery, answer=Envelope[card_answers.PosPin]),
        Route(method="POST", address=f"{V}/cards/pin", handler=pins.set_pin, mints=UUID,
              summary="Set the ATM PIN", section="Cards / Set ATM PIN",
              body=bodies.PinBody, answer=Envelope[card_answers.PinWritten]),
        Route(method="PUT", address=f"{V}/cards/pin", handler=pins.change_pin, mints=UUID,
              summary="Change the ATM PIN", section="Cards / Update ATM PIN",
              body=bodies.PinChangeBody, answer=Envelope[card_answers.PinWritten]),
        Route(method="GET", address=f"{V}/cards/pin/validate", handler=pins.validate,
              summary="Validate the ATM PIN", section="Cards / Validate ATM PIN",
              filters=bodies.PinBody, answer=Envelope[answers.Validated]),
    )  # fmt: skip # a call is a paragraph here, not a column


def _money() -> tuple[Route[Profile], ...]:
    return (
        Route(method="POST", address=f"{V}/cards/transfer", handler=money.transfer, mints=UUID,
              summary="Move money from card to card", section="Cards / Make a transfer between cards",
              body=bodies.TransferBody, answer=Envelope[card_answers.CardsTransferred]),
        Route(method="POST", address=f"{V}/cards/disbursement", handler=money.disburse, mints=UUID,
              summary="Put money on a card", section="Cards / Make a card disbursement",
              body=bodies.DisbursementBody, answer=Envelope[card_answers.MoneyMoved]),
        Route(method="POST", address=f"{V}/cards/payment", handler=money.pay, mints=UUID,
              summary="Put money on a card, with a description", section="Cards / Make a payment to a card",
              body=bodies.PaymentBody, answer=Envelope[card_answers.MoneyMoved]),
        Route(method="POST", address=f"{V}/cards/withdrawal", handler=money.withdraw, mints=UUID,
              summary="Take money off a card", section="Cards / Make a card withdrawal",
              body=bodies.WithdrawalBody, answer=Envelope[card_answers.MoneyMoved]),
        Route(method="POST", address=f"{V}/cards/purchase", handler=money.purchase, mints=UUID,
              summary="Take money off a card, with a description", section="Cards / Apply a purchase to a card",
              body=bodies.PurchaseBody, answer=Envelope[card_answers.MoneyMoved]),
        Route(method="GET", address=f"{V}/cards/movements", handler=money.movements,
              summary="A card's movements between two days", section="Cards / Query card movements",
              filters=bodies.MovementsQuery, answer=Envelope[card_answers.Movements]),
    )  # fmt: skip # a call is a paragraph here, not a column


def _virtual_cards() -> tuple[Route[Profile], ...]:
    return (
        Route(method="POST", address=f"{V}/cards/virtual", handler=virtual_cards.create, mints=UUID, status=201,
              summary="Create a virtual card", section="Virtual Cards / Create a Virtual Card",
              body=bodies.VirtualCardBody, answer=Envelope[card_answers.VirtualCardMade]),
        Route(method="PUT", address=f"{V}/cards/virtual", handler=virtual_cards.order_plastic,
              summary="Order the plastic of a virtual card",
              section="Virtual Cards / Create physical card from virtual",
              body=bodies.PhysicalCardBody, answer=Envelope[card_answers.PhysicalCardOrdered]),
        Route(method="GET", address=f"{V}/cards/virtual/cvc", handler=virtual_cards.security_code,
              summary="A security code for some minutes, encrypted", section="Virtual Cards / Create Virtual Card CVC",
              filters=bodies.PinBody, answer=Envelope[card_answers.CvcMade]),
    )  # fmt: skip # a call is a paragraph here, not a column


def _clients() -> tuple[Route[Profile], ...]:
    return (
        Route(method="GET", address=f"{V}/clients", handler=clients.get,
              summary="The caller and his two balances", section="Clients / Get client information",
              answer=Envelope[answers.ClientFound]),
        Route(method="POST", address=f"{V}/clients", handler=clients.create, mints=UUID, status=201,
              summary="Create a subclient", section="Clients / Create a client",
              body=client_bodies.ClientBody, answer=Envelope[answers.SubclientMade]),
        Route(method="POST", address=f"{V}/clients/fund", handler=clients.fund, mints=UUID,
              summary="Fund a subclient", section="Clients / Fund a client",
              body=client_bodies.FundBody, answer=Envelope[answers.ClientFunded]),
        Route(method="GET", address=f"{V}/clients/api_key/public_key", handler=clients.get_public_key,
              summary="The caller's and the system's public key", section="Clients / Get your public key",
              answer=Envelope[answers.PublicKeys]),
        Route(method="POST", address=f"{V}/clients/api_key/public_key", handler=clients.add_public_key,
              summary="Register the caller's public key", section="Clients / Add your public key",
              body=client_bodies.PublicKeyBody, answer=Envelope[answers.PublicKeyAdded]),
    )  # fmt: skip # a call is a paragraph here, not a column


def _lists() -> tuple[Route[Profile], ...]:
    return (
        Route(method="GET", address=f"{V}/spei/institutions", handler=lists.institutions,
              summary="The institutions on SPEI", section="SPEI® / Get SPEI® Institutions",
              answer=Envelope[answers.Institutions]),
        Route(method="GET", address=f"{V}/products", handler=lists.products,
              summary="The caller's products", section="Products / GET products",
              answer=Envelope[answers.ProductsFound]),
        _catalog("card_status", "Get card statuses"),
        _catalog("document_types", "Get document types", of="document_type"),
        _catalog("document_type", "Get document types"),
        _catalog("states", "Get states"),
        _catalog("marital_status", "GET marital status"),
        _catalog("gender", "GET gender"),
    )  # fmt: skip # a call is a paragraph here, not a column


def _catalog(name: str, section: str, *, of: str | None = None) -> Route[Profile]:
    """The catalog at its address; `of` is what it is called inside, where that differs."""
    return Route(
        method="GET",
        address=f"{V}/catalogs/{name}",
        handler=lists.catalog(of or name),
        summary=f"The catalog {of or name}",
        section=f"Catalogs / {section}",
        answer=Envelope[dict[str, list[answers.CatalogEntry]]],
    )
