-- Since when the dynamic code of card $2 of tenant $1 is good: $3, unless one from after $4 still is.
UPDATE issuing_cards
SET cvc_issued_at = CASE WHEN cvc_issued_at > $4 AND cvc_issued_at <= $3 THEN cvc_issued_at ELSE $3 END
WHERE tenant_id = $1 AND card_id = $2
RETURNING cvc_issued_at
