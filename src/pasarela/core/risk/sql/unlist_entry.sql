-- Takes an entry off a list. $1 tenant, $2 list, $3 entry
DELETE FROM risk_lists WHERE tenant_id = $1 AND kind = $2 AND entry = $3 RETURNING entry
