-- One tenant with its tariffs, by its own CLABE. $1 clabe
SELECT * FROM tenant_profiles WHERE clabe = $1
