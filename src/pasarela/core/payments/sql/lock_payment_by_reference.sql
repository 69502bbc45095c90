-- The payment that bears the reference $1, locked: of two receipts for it, the second sees what the first did.
SELECT * FROM payments WHERE reference = $1 OR (details ->> 'paybin' IS NOT NULL AND details ->> 'paybin' = $1) FOR NO KEY UPDATE
