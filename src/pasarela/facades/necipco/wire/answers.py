"""What answers about sign-in, cardholders, clients, products, SPEI and catalogs print: each has its envelope round it.

A number where the document prints one, a text where it prints a text: the same value may be both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

Number = Annotated[Raw, Meta(extra_json_schema={"type": "number"})]
D = TypeVar("D")


class Envelope(Struct, Generic[D], kw_only=True):
    """Round every answer but those of sign-in and sign-out."""

    success: bool = True
    code: int = 0
    message: str = "OK"
    data: D


class FieldError(Struct):
    """Which value is wrong, and how."""

    field: str
    message: str


class Validated(Struct):
    """Whether a PIN was right."""

    validated: bool


class ErrorAnswer(Struct):
    """What a refused call is answered. `code` is the application's (docs/providers/necipco.md), never zero."""

    success: bool
    code: int
    message: str
    errors: list[FieldError] | UnsetType = UNSET
    data: Validated | UnsetType = UNSET


class SignedInClient(Struct):
    """The client inside Authentication / Get authorization token."""

    id: str
    name: str
    alias: str
    code: str
    entity_code: str | None
    email: str
    available: Number
    balance: Number
    timezone: str
    status: str
    created_at: str
    updated_at: str


class SignedInData(Struct):
    client: SignedInClient


class SignInStatus(Struct):
    code: int
    message: str


class SignedIn(Struct):
    """Authentication / Get authorization token; the token is in the header Authorization."""

    status: SignInStatus
    data: SignedInData


class SignedOut(Struct):
    """Authentication / Expire authorization token."""


class AssignedBy(Struct):
    """The API key that assigned a card."""

    id: str
    alias: str
    name: str
    description: str


class HolderCard(Struct):
    id: str
    last_four: str
    assignation_date: str
    status: str
    assigned_by: AssignedBy


class DocumentShown(Struct):
    type: str
    number: str


class HolderAccount(Struct):
    id: str
    account_number: int
    creation_date: str
    activation_date: str | None
    assigned_by: str
    status: str
    document: DocumentShown
    cards: list[HolderCard]


class HolderAddressShown(Struct):
    street: str
    external_street_number: str
    internal_street_number: str
    suburb: str
    township: str
    city: str
    state: str
    postal_code: str
    country: str


class HolderShort(Struct):
    """A cardholder inside a card's answer."""

    id: str
    first_name: str
    second_name: str
    surname: str
    second_surname: str
    rfc: str
    curp: str


class HolderCreated(HolderShort):
    email: str


class HolderWhole(HolderCreated):
    primary_phone: str
    mobile_phone: str
    address: HolderAddressShown
    birthdate: str
    gender: str
    gross_monthly_income: Number | None
    net_monthly_income: Number | None
    observations: str
    has_kids: bool
    marital_status: str
    external_id: str | None
    accounts: list[HolderAccount]


class HolderFound(Struct):
    """Cardholder / Get a cardholder."""

    cardholder: HolderWhole


class HolderMade(Struct):
    """Cardholder / Create a cardholder."""

    cardholder: HolderCreated


class ClientShown(Struct):
    id: str
    name: str
    alias: str
    code: str
    email: str
    available: Number
    balance: Number
    time_zone: str
    status: str


class ClientFound(Struct):
    """Clients / Get client information."""

    client: ClientShown


class ApiClientShown(Struct):
    """What a new subclient logs in with: its id and its name are one and the same."""

    id: str
    name: str
    alias: str
    description: str


class SubclientShown(Struct):
    id: str
    code: str
    name: str
    available: Number
    rfc: str
    api_client: ApiClientShown


class SubclientMade(Struct):
    """Clients / Create a client."""

    subclient: SubclientShown


class FundedShown(Struct):
    id: str
    code: str
    name: str
    available: Number
    rfc: str


class ClientFunded(Struct):
    """Clients / Fund a client."""

    client: FundedShown
    subclient: FundedShown


class ClientNamed(Struct):
    id: str
    name: str
    alias: str


class KeyShown(Struct):
    id: str
    alias: str
    public_key: str | None


class SystemKeyShown(Struct):
    public_key: str


class PublicKeys(Struct):
    """Clients / Get your public key. `sensitive_data` is a sample, encrypted with the caller's key if there is one."""

    client: ClientNamed
    api_key: KeyShown
    system: SystemKeyShown
    sensitive_data: str | None


class PublicKeyAdded(Struct):
    """Clients / Add your public key."""

    client: ClientNamed
    api_key: KeyShown


class Coded(Struct):
    code: str
    description: str | None


class Keyed(Struct):
    key: str
    value: str


class ProductShown(Struct):
    id: str
    name: str
    description: str
    country: Coded
    coin: Coded
    type: Keyed
    status: Keyed
    affinity_group: str
    stock_cards: int
    allow_blank_curp: bool
    allow_blank_rfc: bool


class ProductList(Struct):
    total: int
    detail: list[ProductShown]


class ProductsFound(Struct):
    """Products / GET products."""

    products: ProductList


class Institution(Struct):
    inicio_clabe: str
    clave_institucion: str
    nombre_institucion: str


class Institutions(Struct):
    """SPEI® / Get SPEI® Institutions."""

    spei_institutions: Sequence[Institution]


class CatalogEntry(Struct):
    key: str
    value: str
    description: str
