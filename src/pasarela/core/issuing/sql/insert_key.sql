-- An API key; answers nothing when its id or login is taken. $1 tenant, $2 id, $3 client, $4 login, $5 hash of the
-- password, $6 alias, $7 description, $8 padding, $9 when.
INSERT INTO issuing_keys
    (tenant_id, key_id, client_id, login, password_hash, alias, description, padding, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT DO NOTHING
RETURNING key_id
