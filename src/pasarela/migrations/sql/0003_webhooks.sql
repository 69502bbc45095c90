-- Webhooks: where merchants want to hear of what happens. The engine that tells them is a later revision's.
CREATE TABLE webhook_endpoints (
    tenant_id bigint NOT NULL,
    webhook_id text COLLATE "C" NOT NULL,
    url text NOT NULL,
    username text,
    sealed_password bytea,
    event_types text[] NOT NULL CHECK (cardinality(event_types) > 0),
    -- Under row-level security only plain columns can be looked up in an index.
    likeness text COLLATE "C" NOT NULL,
    verification_code text NOT NULL,
    created_at timestamptz NOT NULL,
    verified_at timestamptz,
    deleted_at timestamptz,
    PRIMARY KEY (tenant_id, webhook_id)
);
CREATE UNIQUE INDEX webhook_endpoints_once ON webhook_endpoints (tenant_id, likeness) WHERE deleted_at IS NULL;
CREATE INDEX webhook_endpoints_by_time ON webhook_endpoints (tenant_id, created_at DESC, webhook_id DESC)
    WHERE deleted_at IS NULL;
COMMENT ON COLUMN webhook_endpoints.likeness IS
    'A digest of address, user and event types: the same webhook twice is refused.';
COMMENT ON COLUMN webhook_endpoints.sealed_password IS 'AES-256-GCM; sent with every delivery, never answered.';

GRANT SELECT, INSERT, DELETE ON webhook_endpoints TO pasarela_app;
GRANT UPDATE (verification_code, verified_at, deleted_at) ON webhook_endpoints TO pasarela_app;
GRANT SELECT ON webhook_endpoints TO pasarela_batch, pasarela_operator;
