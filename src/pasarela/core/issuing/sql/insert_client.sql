-- A client; answers nothing when its id is there already. $1 tenant, $2 id, $3 parent, $4 code, $5 name, $6 alias, $7
-- entity code, $8 e-mail, $9 RFC, $10 time zone, $11 status, $12 profile, $13 when.
INSERT INTO issuing_clients
    (tenant_id, client_id, parent_id, code, name, alias, entity_code, email, rfc, time_zone, status, profile,
     created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
ON CONFLICT DO NOTHING
RETURNING client_id
