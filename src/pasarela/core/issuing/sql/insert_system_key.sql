-- Another active system key, unless there is one already. $1 number, $2 public key, $3 wrapped private key, $4 master
-- key, $5 when.
INSERT INTO issuing_system_keys (key_number, public_key, wrapped, master_id, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
