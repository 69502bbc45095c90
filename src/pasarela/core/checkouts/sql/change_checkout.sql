-- Sets where a checkout stands and until when. $1 tenant, $2 checkout, $3 status, $4 expiry
UPDATE checkouts SET status = $3, expires_at = $4 WHERE tenant_id = $1 AND checkout_id = $2
RETURNING *
