-- Whose payment $1 is; for people who know no more of it than its id.
SELECT tenant_id FROM payments WHERE payment_id = $1
