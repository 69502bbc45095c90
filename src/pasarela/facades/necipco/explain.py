"""What to do about a refused call: for each rule the section of NeCIPCo's document and a way out.

Rules about single fields stand in the section of the call itself, so those name none.
"""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.facades.necipco.profile import NECIPCO
from pasarela.facades.necipco.routes import routes
from pasarela.facades.toolkit.routing import RouteTable
from pasarela.kernel.errors import Refusal

_AUTH = "Authentication"
_ENCRYPTION = "Data encryption & Encoding / Encryption"
_CODES = "HTTP Codes"
_STATUS = "Cards / Change card status"
_PIN = "Cards / Validate ATM PIN"
_OURS = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """`section` of the provider's document, empty where only this platform has the rule; `fix` in our words."""

    section: str
    fix: str


_RULES: dict[str, tuple[str | None, str]] = {
    "wire.path": ("Base URL", "Compare the path with the API reference at /docs."),
    "wire.method": (_CODES, "Use one of the methods in the answer's Allow header."),
    "wire.body_size": (_CODES, "Send at most 1 MiB."),
    "wire.json": (_CODES, "Send one JSON object in UTF-8, with each key once."),
    "wire.query": (None, "Write the query string as name=value pairs, at most 50, percent-encoded."),
    "wire.filter": (None, "Give this parameter a value of its type."),
    "wire.required": (None, "Send this value; null and an empty text count as not sent."),
    "wire.type": (None, "Send this value with the type that the document's table gives."),
    "wire.max_length": (None, "Give the value the length that the document's table says."),
    "wire.characters": (None, "Take the NUL character out of the value."),
    "wire.choice": ("Catalogs", "Use a key of the catalog; GET /catalogs/… lists them."),
    "wire.range": (None, "Use a value within the bounds that the description names."),
    "wire.date": (None, "Write the date as yyyy-mm-dd; it is a day in Mexico City."),
    "wire.email": (None, "Send an e-mail address like name@example.com."),
    "amount.positive": (None, "Send an amount greater than zero."),
    "amount.decimals": (None, "Send at most two decimals; amounts are never rounded for you."),
    "amount.max": (None, "Send a smaller amount."),
    "auth.credentials": (_AUTH, "Send the header Authorization: Bearer and the token that signing in answered."),
    "issuing.token": (_AUTH, "Sign in again: a token lives a day, and until it is signed out."),
    "issuing.credentials": ("Authentication / Get authorization token", "Check api_client.api_key and its password."),
    "necipco.encrypted": (_ENCRYPTION, "Encrypt the value with system.public_key of GET /clients/api_key/public_key."),
    "necipco.decryption": (
        _ENCRYPTION,
        (
            "Encrypt exactly the digits, without a line feed, with system.public_key and the padding of your API key "
            "(openssl's default unless it was changed), and send Base64."
        ),
    ),
    "issuing.encrypted_value": (_ENCRYPTION, "As for necipco.decryption."),
    "issuing.public_key": ("Clients / Add your public key", "Send the file that openssl rsa -pubout writes, whole."),
    "issuing.public_key_registered": (
        "Clients / Add your public key",
        "Register a public key first: this answer holds values encrypted with it.",
    ),
    "necipco.filter_given": ("Cardholder / Get a cardholder", "Send at least one filter."),
    "necipco.id": (None, "Send an id as an answer of this API had it."),
    "necipco.tax_id": (None, "An RFC has 10, 12 or 13 characters, a CURP 18, both with a date inside."),
    "issuing.external_id_unique": ("Cardholder / Create a cardholder", "Find the cardholder who has it already."),
    "issuing.card_exists": ("Cards", "Check the card's id or number; cards of other clients are not found."),
    "issuing.cardholder_exists": ("Cardholder / Get a cardholder", "Check the cardholder's id."),
    "issuing.client_exists": ("Clients / Fund a client", "Name a subclient of yours."),
    "issuing.client_unique": ("Clients / Create a client", "Send the call again: its ids were taken by another."),
    "issuing.product_exists": ("Products / GET products", "Use a product's id of GET /products."),
    "issuing.product_virtual": ("Products / GET products", "Use a product whose type is DEBIT_VIRTUAL."),
    "issuing.card_in_stock": ("Cards / Assign a card to a cardholder", "Assign another card of the stock."),
    "issuing.card_virtual": ("Virtual Cards", "Use a card whose type is VIRTUAL."),
    "issuing.card_status": (_STATUS, "Read the card: only an active one moves money out, and final ones stay."),
    "issuing.two_accounts": ("Cards / Make a transfer between cards", "Name a card of another account."),
    "issuing.pin_set": ("Cards / Set ATM PIN", "Set an ATM PIN first."),
    "issuing.pin": (_PIN, "Ask the cardholder again: each fifth wrong PIN locks for longer."),
    "issuing.pin_tries": (_PIN, "Wait until the lock ends, or set a new PIN."),
    "issuing.range_room": (_OURS, "Ask the operator for another range of numbers."),
    "issuing.stock": (_OURS, "Ask the operator to fill the stock."),
    "ledger.floor": (_CODES, "Fund the card or the client first; nothing was moved."),
    "idempotency.key": (_OURS, "Use 1 to 255 visible ASCII characters, for example a UUID."),
    "idempotency.same_request": (_OURS, "Use a new key for a new request; a repeated one is the same to the byte."),
    "idempotency.first_call_answered": (_OURS, "The first call with this key is still at work: ask again soon."),
    "idempotency.same_content": (_OURS, "Use a new id for a new operation."),
}


def explain(rule: str, method: str, path: str) -> Explanation | None:
    """What the request explorer shows about a call that was refused by `rule`; `None` for rules of other APIs."""
    if rule not in _RULES:
        return None
    section, fix = _RULES[rule]
    return Explanation(_section_of(method, path) if section is None else section, fix)


def rules() -> frozenset[str]:
    """All rules that can be explained."""
    return frozenset(_RULES)


def _section_of(method: str, path: str) -> str:
    try:
        return RouteTable(routes()).find(path.removeprefix(NECIPCO.mount)).of(method).section
    except Refusal:
        return _OURS
