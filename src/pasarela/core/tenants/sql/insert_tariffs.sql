-- A new tenant's prices. $1 tenant, $2 instruments, $3 currencies, $4 basis points, $5 fixed parts, $6 tax,
-- $7 instalments
INSERT INTO tariffs (tenant_id, instrument, currency, basis_points, fixed_minor, tax_basis_points, instalments)
SELECT $1, *
FROM unnest($2::text[], $3::text[], $4::integer[], $5::bigint[], $6::integer[], $7::smallint[])
