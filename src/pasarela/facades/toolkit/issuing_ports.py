"""What dialects ask of `core.issuing`. The composition root binds it; tests bind fakes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pasarela.core.issuing.clients import Funded, Subclient
from pasarela.core.issuing.cvc import DynamicCvc
from pasarela.core.issuing.disclose import SealedExpiry
from pasarela.core.issuing.model import (
    Activity,
    ApiKey,
    Cardholder,
    CardRef,
    CardStatus,
    Client,
    Delivery,
    HolderFile,
    HolderFilter,
    IssuedCard,
    Movement,
    NewCardholder,
    NewClient,
    NewKey,
    Place,
    Product,
    Session,
)
from pasarela.core.issuing.money import CardMoney, CardOperation, CardTransfer
from pasarela.core.issuing.opening import AccountWish
from pasarela.core.issuing.sessions import LoggedIn
from pasarela.kernel.money import Money
from pasarela.kernel.secret import Secret

MoneyVerb = Callable[[Session, CardRef, CardMoney], Awaitable[CardOperation]]


class OpenValue(Protocol):
    """`core.issuing.sealing`: the decimal number of so many digits that the caller has encrypted."""

    async def __call__(self, session: Session, ciphertext: bytes, *, digits: int) -> Secret: ...


@dataclass(frozen=True, slots=True)
class Issuing:
    """The verbs and queries of `core.issuing`; the errors are theirs. A card is named by its id or its number.
    What begins with `seal` encrypts for the caller."""

    login: Callable[[str, Secret], Awaitable[LoggedIn]]
    authenticate: Callable[[Secret], Awaitable[Session]]
    logout: Callable[[Session], Awaitable[None]]
    client: Callable[[Session], Awaitable[Client]]
    create_subclient: Callable[[Session, NewClient, NewKey, Money], Awaitable[Subclient]]
    fund: Callable[[Session, str, str, Money], Awaitable[Funded]]
    own_key: Callable[[Session], Awaitable[ApiKey]]
    keys_by_ids: Callable[[int, Iterable[str]], Awaitable[Mapping[str, ApiKey]]]
    set_public_key: Callable[[Session, str], Awaitable[ApiKey]]
    system_public_key: Callable[[], Awaitable[str]]
    open_value: OpenValue
    seal_value: Callable[[Session, Secret], bytes]
    seal_pan: Callable[[Session, IssuedCard], Awaitable[bytes]]
    seal_expiry: Callable[[Session, IssuedCard], SealedExpiry]
    seal_pos_pin: Callable[[Session, IssuedCard], Awaitable[bytes]]
    products: Callable[[int], Awaitable[Sequence[Product]]]
    create_cardholder: Callable[[Session, NewCardholder], Awaitable[Cardholder]]
    cardholder: Callable[[Session, str], Awaitable[Cardholder]]
    find_cardholder: Callable[[Session, HolderFilter], Awaitable[HolderFile]]
    find_card: Callable[[Session, CardRef], Awaitable[IssuedCard]]
    assign: Callable[[Session, str, Secret, AccountWish, Place | None], Awaitable[IssuedCard]]
    create_virtual: Callable[[Session, str, str, AccountWish, Place | None], Awaitable[IssuedCard]]
    activate: Callable[[Session, CardRef, Place | None], Awaitable[IssuedCard]]
    change_status: Callable[[Session, CardRef, CardStatus, Place | None], Awaitable[IssuedCard]]
    make_physical: Callable[[Session, CardRef, Delivery, Place | None], Awaitable[IssuedCard]]
    balance: Callable[[IssuedCard], Awaitable[Money]]
    activity: Callable[[IssuedCard], Awaitable[Activity]]
    set_pin: Callable[[Session, CardRef, str, Secret, Place | None], Awaitable[IssuedCard]]
    change_pin: Callable[[Session, CardRef, str, Secret, Secret, Place | None], Awaitable[IssuedCard]]
    validate_pin: Callable[[Session, CardRef, Secret, Place | None], Awaitable[IssuedCard]]
    authenticate_holder: Callable[[Session, CardRef, str], Awaitable[IssuedCard]]
    issue_cvc: Callable[[Session, CardRef, Secret, Place | None], Awaitable[DynamicCvc]]
    disburse: MoneyVerb
    pay: MoneyVerb
    withdraw: MoneyVerb
    purchase: MoneyVerb
    transfer: Callable[[Session, CardRef, CardRef, str, Money, Place | None], Awaitable[CardTransfer]]
    list_movements: Callable[[IssuedCard, date, date], Awaitable[Sequence[Movement]]]
    last_movements: Callable[[IssuedCard], Awaitable[Sequence[Movement]]]
