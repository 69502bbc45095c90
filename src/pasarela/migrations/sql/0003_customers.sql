-- Customers of tenants: who pays them or is paid by them, with or without an account of their own.
CREATE TABLE customers (
    tenant_id bigint NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    name text NOT NULL,
    last_name text,
    email text,
    phone_number text,
    address jsonb,
    has_account boolean NOT NULL,
    clabe text COLLATE "C" NOT NULL CONSTRAINT customers_clabe_once UNIQUE,
    store_reference text COLLATE "C" NOT NULL CONSTRAINT customers_store_reference_once UNIQUE,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (tenant_id, customer_id)
);
COMMENT ON COLUMN customers.has_account IS 'Whether he holds a balance; what comes in for others is the tenant''s.';
CREATE UNIQUE INDEX customers_external_id_once ON customers (tenant_id, external_id)
    WHERE deleted_at IS NULL AND external_id IS NOT NULL;
CREATE INDEX customers_by_creation ON customers (tenant_id, created_at DESC, customer_id DESC)
    WHERE deleted_at IS NULL;

-- Nine characters of base 36 in a reference; those that begin with 0 are never drawn: the providers' documents print
-- some of them.
CREATE SEQUENCE store_reference_serials MINVALUE 0 START WITH 2821109907456 MAXVALUE 101559956668415;

GRANT SELECT, INSERT ON customers TO pasarela_app;
GRANT UPDATE (name, last_name, email, phone_number, address, deleted_at) ON customers TO pasarela_app;
-- To lock a row takes a right to change some column of it.
GRANT SELECT, UPDATE (deleted_at) ON customers TO pasarela_batch;
GRANT SELECT ON customers TO pasarela_operator;
GRANT USAGE ON SEQUENCE store_reference_serials TO pasarela_app;
