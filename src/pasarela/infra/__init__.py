"""Plumbing that knows no business: database, coalescing, outbox, jobs, keys, logs."""
