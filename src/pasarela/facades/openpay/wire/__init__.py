"""Openpay's shapes on the wire: what requests may say, what answers print."""
