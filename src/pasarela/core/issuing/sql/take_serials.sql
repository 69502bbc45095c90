-- Takes $3 serials of range $2 of tenant $1, which has room for $4; answers the first one, or nothing.
UPDATE issuing_ranges SET next_serial = next_serial + $3
WHERE tenant_id = $1 AND prefix = $2 AND next_serial + $3 <= $4
RETURNING next_serial - $3
