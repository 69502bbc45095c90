-- API keys $2 of tenant $1.
SELECT * FROM issuing_keys WHERE tenant_id = $1 AND key_id = ANY ($2::text[])
