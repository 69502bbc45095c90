-- A product; one with this id stays as it is. $1 tenant, $2 id, $3 name, $4 description, $5 kind, $6 active, $7 affinity
-- group, $8 currency, $9 and $10 blank CURP and RFC allowed, $11 SPEI, $12 months of life, $13 and $14 limits, $15 when.
INSERT INTO issuing_products
    (tenant_id, product_id, name, description, kind, active, affinity_group, currency, allow_blank_curp,
     allow_blank_rfc, spei_enabled, validity_months, operation_max, day_max, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT DO NOTHING
