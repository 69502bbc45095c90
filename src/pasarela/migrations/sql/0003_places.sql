-- Places where people pay cash: the stores of the networks that take it. They belong to nobody, so they have no tenant.
CREATE TABLE stores (
    store_id bigint PRIMARY KEY CHECK (store_id > 0),
    chain_store_id bigint NOT NULL,
    name text NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'inactive')),
    latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    place_id text,
    line1 text NOT NULL,
    line2 text,
    line3 text,
    city text NOT NULL,
    state text NOT NULL,
    postal_code text NOT NULL,
    country_code char(2) NOT NULL,
    chain text NOT NULL,
    chain_logo text,
    chain_thumb text,
    amount_max_minor bigint NOT NULL CHECK (amount_max_minor > 0),
    updated_at timestamptz NOT NULL
);
CREATE INDEX stores_by_position ON stores (latitude, longitude) WHERE status = 'active';
COMMENT ON COLUMN stores.chain_store_id IS 'The store''s number within its chain.';
COMMENT ON COLUMN stores.amount_max_minor IS 'The largest payment that the chain takes, in centavos.';

-- Who calls, when an address names no account.
CREATE INDEX api_keys_by_digest ON api_keys (digest) WHERE revoked_at IS NULL;

GRANT SELECT ON stores TO pasarela_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON stores TO pasarela_operator;
