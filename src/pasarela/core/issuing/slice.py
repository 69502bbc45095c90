"""The issuing slice, built once from what lies below it: its verbs and queries, ready to call."""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.core.issuing.cardholders import Cardholders
from pasarela.core.issuing.cards import Cards
from pasarela.core.issuing.clients import Clients
from pasarela.core.issuing.codes import CardCodes
from pasarela.core.issuing.cvc import DynamicCodes
from pasarela.core.issuing.disclose import Disclose
from pasarela.core.issuing.keys import Keys
from pasarela.core.issuing.money import CardMoneyVerbs
from pasarela.core.issuing.movements import Movements
from pasarela.core.issuing.numbers import NumberMaker
from pasarela.core.issuing.opening import Opening
from pasarela.core.issuing.passwords import Passwords
from pasarela.core.issuing.pin_cipher import PinCipher
from pasarela.core.issuing.pins import Pins
from pasarela.core.issuing.postings import Postings
from pasarela.core.issuing.programs import Programs
from pasarela.core.issuing.ranges import Ranges
from pasarela.core.issuing.sealing import Values
from pasarela.core.issuing.sessions import Sessions
from pasarela.core.issuing.stock import Stock
from pasarela.core.issuing.system_keys import SystemKeys
from pasarela.core.tenants.queries import Tenants
from pasarela.core.vault.sealing import Sealer
from pasarela.core.vault.sources import Sources
from pasarela.infra.database import Database
from pasarela.infra.keyring import Keyring
from pasarela.kernel.clock import Clock
from pasarela.kernel.ids import IdSource


@dataclass(frozen=True, slots=True)
class Below:
    """What issuing is built on."""

    database: Database
    tenants: Tenants
    sealer: Sealer
    sources: Sources
    keyring: Keyring
    clock: Clock
    ids: IdSource


class Issuing:
    """The slice's verbs as attributes; one for each process."""

    def __init__(self, below: Below) -> None:
        database, clock, ids = below.database, below.clock, below.ids
        passwords, pin_cipher = Passwords(), PinCipher(below.keyring)
        self.postings = Postings(database)
        self.ranges = Ranges(database)
        self.codes = CardCodes(below.keyring)
        self.values = Values(SystemKeys(database, below.keyring, clock))
        self.sessions = Sessions(database, below.tenants, passwords, below.keyring, clock, ids)
        self.clients = Clients(database, passwords, self.postings, clock)
        self.keys = Keys(database, clock)
        self.programs = Programs(database, self.clients, passwords, self.postings, self.ranges, clock)
        self.stock = Stock(database, self.programs, below.sealer, NumberMaker(below.keyring), clock)
        self.cardholders = Cardholders(database, clock)
        self.cards = Cards(database, below.sealer, clock, ids)
        self.opening = Opening(database, self.programs, self.stock, below.sealer, pin_cipher, clock, ids)
        self.pins = Pins(database, self.cards, pin_cipher, clock, ids)
        self.cvc = DynamicCodes(database, self.cards, self.pins, self.codes, clock, ids)
        self.money = CardMoneyVerbs(self.cards, self.pins, self.postings, clock, ids)
        self.movements = Movements(database)
        self.disclose = Disclose(
            database, self.cards, below.sources, below.sealer, self.values, self.pins, self.codes, self.cvc
        )
