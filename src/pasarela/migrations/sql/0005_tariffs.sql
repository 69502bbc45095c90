-- What paying in instalments costs on top: a tariff for one payment is the price, those for more are surcharges.
ALTER TABLE tariffs ADD COLUMN instalments smallint NOT NULL DEFAULT 1 CHECK (instalments >= 1);
ALTER TABLE tariffs DROP CONSTRAINT tariffs_pkey;
ALTER TABLE tariffs ADD PRIMARY KEY (tenant_id, instrument, currency, instalments);
COMMENT ON COLUMN tariffs.instalments IS '1: the price of a payment; more: what so many instalments cost beside it.';

-- Merchants of before get the surcharges that new ones do.
INSERT INTO tariffs (tenant_id, instrument, currency, instalments, basis_points, fixed_minor, tax_basis_points)
SELECT t.tenant_id, t.instrument, t.currency, s.instalments, s.basis_points, 0, t.tax_basis_points
FROM tariffs t, (VALUES (3, 490), (6, 790), (9, 1090), (12, 1390), (18, 1990)) AS s (instalments, basis_points)
WHERE t.instrument = 'card' AND t.currency = 'MXN' AND t.instalments = 1;

CREATE OR REPLACE VIEW tenant_profiles WITH (security_invoker = true) AS
    SELECT t.*, coalesce(
        (SELECT json_agg(json_build_array(f.instrument, f.currency, f.basis_points, f.fixed_minor,
                                          f.tax_basis_points, f.instalments)
                         ORDER BY f.instrument, f.currency, f.instalments)
         FROM tariffs f WHERE f.tenant_id = t.tenant_id), '[]') AS tariffs
    FROM tenants t;
