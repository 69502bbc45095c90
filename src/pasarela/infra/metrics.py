"""What this process counts and measures, for Prometheus. Labels are words of ours, never ids, amounts or card data.

Each process counts for itself: of several, each is to be scraped. What `infra.readings` takes from the database at a
scrape is everybody's, whoever is asked.
"""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()

CONTENT_TYPE = CONTENT_TYPE_LATEST

_LATENCY_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

API_CALL_SECONDS = Histogram(
    "pasarela_api_call_seconds",
    "How long API calls took, by dialect and first digit of the status.",
    ("api", "status_class"),
    buckets=_LATENCY_SECONDS,
    registry=REGISTRY,
)
RAIL_MESSAGE_SECONDS = Histogram(
    "pasarela_rail_message_seconds",
    "How long a rail took to answer, by rail and kind of answer.",
    ("rail", "answer"),
    buckets=_LATENCY_SECONDS,
    registry=REGISTRY,
)
DUE_WORK_RAN = Counter(
    "pasarela_due_work_ran",
    "Calls of due-work handlers, by kind and outcome (done, failed).",
    ("kind", "outcome"),
    registry=REGISTRY,
)
DUE_WORK_LAG_SECONDS = Gauge(
    "pasarela_due_work_lag_seconds",
    "How long the oldest piece of due work has waited for a worker.",
    registry=REGISTRY,
)
DUE_WORK_PARKED = Gauge(
    "pasarela_due_work_parked",
    "Pieces of work that failed too often and wait for a person, by kind; those of the inbox begin with `inbox.`.",
    ("kind",),
    registry=REGISTRY,
)
INBOX_UNHANDLED = Gauge(
    "pasarela_inbox_unhandled", "Messages from outside that are stored and not handled yet.", registry=REGISTRY
)
INBOX_LAG_SECONDS = Gauge(
    "pasarela_inbox_lag_seconds", "How long the oldest unhandled message from outside has waited.", registry=REGISTRY
)
EVENTS = Counter(
    "pasarela_events",
    "Events written by this process, by type (also those of transactions that were rolled back afterwards).",
    ("type",),
    registry=REGISTRY,
)
EVENTS_HANDLED = Counter(
    "pasarela_outbox_events_handled", "Events handled, by consumer.", ("consumer",), registry=REGISTRY
)
OUTBOX_LAG_SECONDS = Gauge(
    "pasarela_outbox_lag_seconds",
    "How long the oldest event has waited, by consumer.",
    ("consumer",),
    registry=REGISTRY,
)
WORKER_FAILURES = Counter(
    "pasarela_worker_failures",
    "Rounds of the worker's loops that failed, by loop; mostly a database that is away.",
    ("loop",),
    registry=REGISTRY,
)
LISTENER_CONNECTED = Gauge("pasarela_listener_connected", "1 while notifications are heard, else 0.", registry=REGISTRY)


PAYMENTS = Counter(
    "pasarela_payments",
    "Payments decided by this process, by instrument and the status that they reached: completed, authorized,"
    " declined, unknown, failed, pending (the payer may try again).",
    ("instrument", "outcome"),
    registry=REGISTRY,
)
RECEIPTS = Counter(
    "pasarela_receipts",
    "Money that came in unasked (cash, transfers, wallets), by instrument and what was done with it.",
    ("instrument", "outcome"),
    registry=REGISTRY,
)
PAYOUTS = Counter(
    "pasarela_payouts",
    "Steps of payouts, by kind (manual, automatic, return) and the status that they reached.",
    ("kind", "outcome"),
    registry=REGISTRY,
)
BATCH_ITEMS = Histogram(
    "pasarela_batch_items",
    "How many calls of a hot verb shared one round trip, by verb.",
    ("verb",),
    buckets=(1, 2, 4, 8, 16, 32, 64),
    registry=REGISTRY,
)
LEDGER_SEALS = Gauge("pasarela_ledger_seals", "Seals of the ledger's chain.", registry=REGISTRY)
LEDGER_UNSEALED_SECONDS = Gauge(
    "pasarela_ledger_unsealed_seconds", "How old the oldest transfer is that no seal covers yet.", registry=REGISTRY
)
POOL_CONNECTIONS = Gauge(
    "pasarela_pool_connections",
    "This process's connections to the database, by role and state (used, idle; max: how many there may be).",
    ("role", "state"),
    registry=REGISTRY,
)
PRUNED_ROWS = Counter(
    "pasarela_pruned_rows", "Old rows that this process removed, by table.", ("table",), registry=REGISTRY
)
DATABASE_UP = Gauge("pasarela_database_up", "Whether the database answered this scrape.", registry=REGISTRY)


def exposition() -> bytes:
    """Everything in the text format that Prometheus reads; its type is `CONTENT_TYPE`."""
    return generate_latest(REGISTRY)
