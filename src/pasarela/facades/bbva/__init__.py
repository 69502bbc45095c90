"""BBVA eCommerce: the Openpay dialect with a profile of its own, which is all that there is here."""
