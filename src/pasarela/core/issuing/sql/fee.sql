-- What operation $2 costs the program of tenant $1.
SELECT fixed_minor, tax_basis_points FROM issuing_fees WHERE tenant_id = $1 AND operation = $2
