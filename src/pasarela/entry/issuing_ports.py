"""Binds what dialects ask of the issuing slice to the slice."""

from __future__ import annotations

from pasarela.core.issuing.slice import Issuing
from pasarela.facades.toolkit import issuing_ports as ports


def issuing_of(core: Issuing) -> ports.Issuing:
    """The dialects' view of the issuing slice."""
    return ports.Issuing(
        login=core.sessions.login,
        authenticate=core.sessions.authenticate,
        logout=core.sessions.logout,
        client=core.clients.get,
        create_subclient=core.clients.create_subclient,
        fund=core.clients.fund,
        own_key=core.keys.get,
        keys_by_ids=core.keys.by_ids,
        set_public_key=core.keys.set_public_key,
        system_public_key=core.values.system_public_key,
        open_value=core.values.open,
        seal_value=core.values.seal,
        seal_pan=core.disclose.pan,
        seal_expiry=core.disclose.expiry,
        seal_pos_pin=core.disclose.pos_pin,
        products=core.programs.products,
        create_cardholder=core.cardholders.create,
        cardholder=core.cardholders.get,
        find_cardholder=core.cardholders.find,
        find_card=core.cards.find,
        assign=core.opening.assign,
        create_virtual=core.opening.create_virtual,
        activate=core.cards.activate,
        change_status=core.cards.change_status,
        make_physical=core.cards.make_physical,
        balance=core.cards.balance,
        activity=core.movements.activity,
        set_pin=core.pins.set,
        change_pin=core.pins.change,
        validate_pin=core.pins.validate,
        authenticate_holder=core.pins.authenticate,
        issue_cvc=core.cvc.issue,
        disburse=core.money.disburse,
        pay=core.money.pay,
        withdraw=core.money.withdraw,
        purchase=core.money.purchase,
        transfer=core.money.transfer,
        list_movements=core.movements.list,
        last_movements=core.movements.last,
    )
