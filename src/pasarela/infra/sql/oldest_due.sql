-- The first instant, up to $1, at which work of the kinds $2 stands that nobody has a lease on at $3 (real now).
SELECT min(due_at) AS due_at
FROM due_work
WHERE parked_at IS NULL AND due_at <= $1 AND kind = ANY ($2::text[]) AND (leased_until IS NULL OR leased_until <= $3)
