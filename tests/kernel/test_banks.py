"""The bank table: names as the document prints them, retired banks, masks."""

from __future__ import annotations

from pasarela.kernel.banks import bank_of, bank_of_institution, mask


def test_a_bank_is_known_by_its_clabe_and_its_institution() -> None:
    bank = bank_of("012298026516924616")

    assert bank is not None
    assert (bank.code, bank.name, bank.institution, bank.reachable) == ("012", "BANCOMER", "40012", True)
    assert bank_of_institution("40012") == bank


def test_a_retired_bank_has_a_name_and_cannot_be_reached() -> None:
    bank = bank_of("032180000118359719")

    assert bank is not None
    assert (bank.name, bank.reachable) == ("IXE", False)


def test_an_unknown_prefix_is_no_bank() -> None:
    assert bank_of("999180000118359719") is None


def test_the_mask_shows_bank_and_last_five() -> None:
    assert mask("012298026516924616") == "012XXXXXXXXXX24616"
    assert mask("032180000118359719") == "032XXXXXXXXXX59719"
