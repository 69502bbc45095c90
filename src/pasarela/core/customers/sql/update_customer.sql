-- Changes a customer that is not deleted; what is null stays; answers him as he is then.
-- $1 tenant, $2 customer, $3 name, $4 last name, $5 email, $6 telephone, $7 address
UPDATE customers
SET name = coalesce($3, name), last_name = coalesce($4, last_name), email = coalesce($5, email),
    phone_number = coalesce($6, phone_number), address = coalesce($7::jsonb, address)
WHERE tenant_id = $1 AND customer_id = $2 AND deleted_at IS NULL
RETURNING *
