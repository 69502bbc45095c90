-- A new webhook, not verified; no row when the same one stands under another id. A call repeated under its own id goes
-- on where it broke off, with a new code. $1 tenant, $2 webhook, $3 address, $4 user, $5 sealed password, $6 event
-- types, $7 likeness, $8 verification code, $9 instant
INSERT INTO webhook_endpoints (
    tenant_id, webhook_id, url, username, sealed_password, event_types, likeness, verification_code, created_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (tenant_id, likeness) WHERE deleted_at IS NULL DO UPDATE
    SET verification_code = excluded.verification_code
    WHERE webhook_endpoints.webhook_id = excluded.webhook_id
RETURNING webhook_id
