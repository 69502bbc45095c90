-- Operation $2 costs the program of tenant $1 so much: $3 minor units, and $4 hundredths of a percent of tax on it.
INSERT INTO issuing_fees (tenant_id, operation, fixed_minor, tax_basis_points) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, operation) DO UPDATE
    SET fixed_minor = excluded.fixed_minor, tax_basis_points = excluded.tax_basis_points
