-- One checkout, kept from other changes. $1 tenant, $2 checkout
SELECT * FROM checkouts WHERE tenant_id = $1 AND checkout_id = $2 FOR UPDATE
