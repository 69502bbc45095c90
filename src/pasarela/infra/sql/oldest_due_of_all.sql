-- The first instant, up to $1, at which work of any kind stands that is not parked.
SELECT due_at FROM due_work WHERE parked_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT 1
