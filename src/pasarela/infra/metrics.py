"""What this process counts and measures, for Prometheus. Labels are words of ours, never ids, amounts or card data.

Each process has its own numbers: behind several, each is to be scraped by itself.
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


def exposition() -> bytes:
    """Everything in the text format that Prometheus reads; its type is `CONTENT_TYPE`."""
    return generate_latest(REGISTRY)
