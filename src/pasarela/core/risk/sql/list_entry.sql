-- Puts an entry on a list, or gives it another reason. $1 tenant, $2 list, $3 entry, $4 as shown, $5 reason, $6 instant
INSERT INTO risk_lists (tenant_id, kind, entry, shown, reason, listed_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant_id, kind, entry) DO UPDATE SET reason = excluded.reason, listed_at = excluded.listed_at
