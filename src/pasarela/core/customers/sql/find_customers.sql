-- Customers by id, over tenants, numbered by their place in the list; deleted ones too. $1 tenants, $2 customers
SELECT asked.n, c.*
FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS asked (tenant_id, customer_id, n)
JOIN customers c ON c.tenant_id = asked.tenant_id AND c.customer_id = asked.customer_id
