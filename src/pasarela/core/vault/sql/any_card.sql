-- A card of whatever owner, a deleted one too. $1 tenant, $2 card
SELECT * FROM vault_card_profiles WHERE tenant_id = $1 AND card_id = $2
