-- The same, held until the transaction ends. $1 tenant, $2 card, $3 customer or null
SELECT holder_name, expiry_year, expiry_month FROM vault_cards
WHERE tenant_id = $1 AND card_id = $2 AND owner = coalesce($3, '') AND deleted_at IS NULL
FOR UPDATE
