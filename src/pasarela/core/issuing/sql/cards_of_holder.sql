-- The cards of cardholder $2 of tenant $1, account by account, oldest first.
SELECT * FROM issuing_card_profiles WHERE tenant_id = $1 AND cardholder_id = $2
ORDER BY opened_at, account_id, assigned_at, card_id
