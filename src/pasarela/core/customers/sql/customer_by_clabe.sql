-- Whose CLABE this is, of all tenants' customers that are not deleted. $1 clabe
SELECT * FROM customers WHERE clabe = $1 AND deleted_at IS NULL
