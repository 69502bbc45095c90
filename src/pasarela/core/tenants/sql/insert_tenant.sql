-- A new tenant; answers its number, or nothing when the account is taken.
-- $1 api, $2 account, $3 name, $4 email, $5 phone, $6 mode, $7 clabe, $8 city, $9 category code, $10 settings,
-- $11 created at
INSERT INTO tenants (api, account, name, email, phone, status, mode, clabe, city, category_code, settings, created_at)
VALUES ($1, $2, $3, $4, $5, 'active', $6, $7, $8, $9, $10, $11)
ON CONFLICT (api, account) DO NOTHING
RETURNING tenant_id
