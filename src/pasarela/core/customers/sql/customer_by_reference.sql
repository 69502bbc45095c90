-- Whose store reference this is, of all tenants' customers that are not deleted. $1 reference
SELECT * FROM customers WHERE store_reference = $1 AND deleted_at IS NULL
