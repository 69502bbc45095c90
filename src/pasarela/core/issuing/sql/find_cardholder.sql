-- The newest cardholder of client $2 of tenant $1 who meets every condition given: $3 id, $4 RFC, $5 CURP, $6 e-mail, $7
-- primary and $8 mobile telephone.
SELECT * FROM issuing_cardholders
WHERE tenant_id = $1 AND client_id = $2
  AND ($3::text IS NULL OR cardholder_id = $3)
  AND ($4::text IS NULL OR rfc = $4)
  AND ($5::text IS NULL OR curp = $5)
  AND ($6::text IS NULL OR email = $6)
  AND ($7::text IS NULL OR primary_phone = $7)
  AND ($8::text IS NULL OR mobile_phone = $8)
ORDER BY created_at DESC, cardholder_id DESC
LIMIT 1
