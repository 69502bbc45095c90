"""Payments taken: authorisation, capture, refund, void, expiry, and what is done when nobody knows."""
