-- The payment that bears the reference $1, locked: of two receipts for it, the second sees what the first did.
SELECT * FROM payments WHERE reference = $1 FOR NO KEY UPDATE
