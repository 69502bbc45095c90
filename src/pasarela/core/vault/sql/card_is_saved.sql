-- Whether an owner has a card with this number. $1 tenant, $2 customer or null, $3 fingerprint
SELECT EXISTS (
    SELECT FROM vault_cards
    WHERE tenant_id = $1 AND owner = coalesce($2, '') AND fingerprint = $3 AND deleted_at IS NULL
)
