-- A card of this owner that is not deleted. $1 tenant, $2 card, $3 customer or null
SELECT * FROM vault_card_profiles
WHERE tenant_id = $1 AND card_id = $2 AND owner = coalesce($3, '') AND deleted_at IS NULL
