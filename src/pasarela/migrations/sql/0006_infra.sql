-- Messages that were handled are removed by age; most of the table is those, but they come one at a time.
CREATE INDEX inbox_by_handling ON inbox (handled_at) WHERE handled_at IS NOT NULL;
