-- A new customer; answers him, or nothing when his id or his external id is taken.
-- $1 tenant, $2 customer, $3 external id, $4 name, $5 last name, $6 email, $7 telephone, $8 address, $9 has account,
-- $10 clabe, $11 store reference, $12 created at
INSERT INTO customers (tenant_id, customer_id, external_id, name, last_name, email, phone_number, address, has_account,
                       clabe, store_reference, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT DO NOTHING
RETURNING *
