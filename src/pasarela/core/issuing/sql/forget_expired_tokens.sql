-- Forgets revoked tokens of tenant $1 that would not work any more at $2 anyway.
DELETE FROM issuing_revoked_tokens WHERE tenant_id = $1 AND expires_at <= $2
