-- Cards by their ids, numbered by their place in the list. $1 tenants, $2 cards (parallel arrays).
SELECT asked.n, c.* FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS asked (tenant_id, card_id, n)
JOIN issuing_card_profiles c ON c.tenant_id = asked.tenant_id AND c.card_id = asked.card_id
