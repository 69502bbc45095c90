"""Billing: plans, and customers' subscriptions to them."""
