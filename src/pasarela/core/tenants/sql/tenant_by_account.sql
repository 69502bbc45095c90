-- One tenant with its tariffs, by the public id of its dialect. $1 api, $2 account
SELECT * FROM tenant_profiles WHERE api = $1 AND account = $2
