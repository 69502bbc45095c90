"""What Prometheus reads."""

from __future__ import annotations

from pasarela.infra import metrics


def test_exposition_shows_what_was_counted() -> None:
    metrics.EVENTS_HANDLED.labels("metrics").inc(3)
    text = metrics.exposition().decode()
    assert 'pasarela_outbox_events_handled_total{consumer="metrics"} 3.0' in text
    assert "pasarela_due_work_lag_seconds" in text
