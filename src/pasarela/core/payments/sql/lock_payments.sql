-- Payments by id, locked in the order of their keys so that concurrent batches neither deadlock nor both win.
-- $1 tenants, $2 payment ids (parallel arrays).
SELECT p.* FROM payments p
WHERE (p.tenant_id, p.payment_id) IN (SELECT * FROM unnest($1::bigint[], $2::text[]))
ORDER BY p.tenant_id, p.payment_id
FOR NO KEY UPDATE
