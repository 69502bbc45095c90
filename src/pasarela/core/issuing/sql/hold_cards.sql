-- Keeps cards from changing their status until the transaction ends, in the order of their keys; answers it. $1 tenants,
-- $2 cards (parallel arrays).
SELECT tenant_id, card_id, status FROM issuing_cards
WHERE (tenant_id, card_id) IN (SELECT * FROM unnest($1::bigint[], $2::text[]))
ORDER BY tenant_id, card_id
FOR SHARE
