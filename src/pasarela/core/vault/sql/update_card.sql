-- Writes what may change of a card. $1 tenant, $2 card, $3 holder, $4 year, $5 month
UPDATE vault_cards SET holder_name = $3, expiry_year = $4, expiry_month = $5
WHERE tenant_id = $1 AND card_id = $2
