-- The number with fingerprint $2 of tenant $1 is card $3's.
UPDATE issuing_numbers SET card_id = $3 WHERE tenant_id = $1 AND fingerprint = $2
