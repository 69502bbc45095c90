-- The other bank's answer to order $2 of tenant $1: $3 the new state, $4 the reason, where it may follow the old one.
UPDATE simulated_spei_orders SET state = $3, reason = $4
WHERE tenant_id = $1 AND tracking_key = $2
  AND (state = 'accepted' OR (state = 'settled' AND $3 = 'returned'))
RETURNING tracking_key
