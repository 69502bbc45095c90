-- All clients of tenant $1, the first one, then its subclients in the order of their making.
SELECT * FROM issuing_clients WHERE tenant_id = $1 ORDER BY parent_id IS NOT NULL, created_at, client_id
