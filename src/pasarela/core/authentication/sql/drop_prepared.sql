-- Takes back a preparation whose payment was refused. $1 tenant, $2 id.
DELETE FROM authentications WHERE tenant_id = $1 AND authentication_id = $2 AND status = 'prepared'
