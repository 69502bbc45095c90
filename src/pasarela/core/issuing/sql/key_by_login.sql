-- The key that logs in as $1, of whatever program, with whether its client is active.
SELECT k.*, c.status = 'active' AS client_active
FROM issuing_keys k JOIN issuing_clients c ON c.tenant_id = k.tenant_id AND c.client_id = k.client_id
WHERE k.login = $1
