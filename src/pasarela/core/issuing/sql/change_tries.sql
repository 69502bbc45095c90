-- Notes wrong tries and locks. $1 tenants, $2 cards, $3 wrong tries, $4 locked until (parallel arrays).
UPDATE issuing_pins p SET wrong_tries = new.wrong, locked_until = new.until
FROM unnest($1::bigint[], $2::text[], $3::integer[], $4::timestamptz[]) AS new (tenant_id, card_id, wrong, until)
WHERE p.tenant_id = new.tenant_id AND p.card_id = new.card_id
