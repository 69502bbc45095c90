-- The vault: card numbers under per-tenant data keys, and the saved cards and tokens that point at them.
CREATE TABLE data_keys (
    tenant_id bigint NOT NULL,
    key_number integer NOT NULL CHECK (key_number > 0),
    wrapped bytea NOT NULL,
    master_id text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    PRIMARY KEY (tenant_id, key_number)
);
CREATE UNIQUE INDEX data_keys_one_active ON data_keys (tenant_id) WHERE retired_at IS NULL;

CREATE TABLE vault_pans (
    tenant_id bigint NOT NULL,
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    platform_fingerprint bytea NOT NULL CHECK (octet_length(platform_fingerprint) = 32),
    key_number integer NOT NULL,
    sealed bytea NOT NULL,
    bin text COLLATE "C" NOT NULL CHECK (length(bin) = 6),
    last4 text COLLATE "C" NOT NULL CHECK (length(last4) = 4),
    digits smallint NOT NULL CHECK (digits BETWEEN 12 AND 19),
    brand text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, fingerprint),
    -- A number under a key that is gone could never be read again; the constraint refuses it while it still can.
    CONSTRAINT vault_pans_key_exists FOREIGN KEY (tenant_id, key_number) REFERENCES data_keys
);
COMMENT ON COLUMN vault_pans.fingerprint IS 'HMAC-SHA256 of the PAN for this tenant; platform_fingerprint: for all.';

CREATE TABLE vault_cards (
    tenant_id bigint NOT NULL,
    card_id text COLLATE "C" NOT NULL,
    customer_id text COLLATE "C",
    -- Under row-level security only a plain column can be looked up in an index: coalesce() may leak.
    owner text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(customer_id, '')) STORED,
    fingerprint bytea NOT NULL,
    holder_name text NOT NULL,
    expiry_year smallint NOT NULL,
    expiry_month smallint NOT NULL CHECK (expiry_month BETWEEN 1 AND 12),
    address jsonb,
    device_session_id text,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (tenant_id, card_id),
    CONSTRAINT vault_cards_pan_exists FOREIGN KEY (tenant_id, fingerprint) REFERENCES vault_pans
);
COMMENT ON COLUMN vault_cards.owner IS 'The customer, or nothing for the merchant''s own cards.';
CREATE UNIQUE INDEX vault_cards_once_per_owner ON vault_cards (tenant_id, owner, fingerprint)
    WHERE deleted_at IS NULL;
CREATE INDEX vault_cards_by_owner ON vault_cards (tenant_id, owner, created_at DESC, card_id DESC)
    WHERE deleted_at IS NULL;

CREATE TABLE vault_tokens (
    tenant_id bigint NOT NULL,
    token_id text COLLATE "C" NOT NULL,
    fingerprint bytea NOT NULL,
    holder_name text NOT NULL,
    expiry_year smallint NOT NULL,
    expiry_month smallint NOT NULL CHECK (expiry_month BETWEEN 1 AND 12),
    address jsonb,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    used_by text COLLATE "C",
    PRIMARY KEY (tenant_id, token_id),
    CONSTRAINT vault_tokens_pan_exists FOREIGN KEY (tenant_id, fingerprint) REFERENCES vault_pans,
    CONSTRAINT vault_tokens_used_by_somebody CHECK ((used_at IS NULL) = (used_by IS NULL))
) WITH (fillfactor = 85);

CREATE VIEW vault_card_profiles WITH (security_invoker = true) AS
    SELECT c.*, p.bin, p.last4, p.digits, p.brand
    FROM vault_cards c JOIN vault_pans p ON p.tenant_id = c.tenant_id AND p.fingerprint = c.fingerprint;
COMMENT ON VIEW vault_card_profiles IS 'Saved cards with what may be shown of their numbers; sees what its reader may.';

CREATE VIEW vault_token_profiles WITH (security_invoker = true) AS
    SELECT t.*, p.bin, p.last4, p.digits, p.brand
    FROM vault_tokens t JOIN vault_pans p ON p.tenant_id = t.tenant_id AND p.fingerprint = t.fingerprint;
COMMENT ON VIEW vault_token_profiles IS 'Tokens, in the same way.';

GRANT SELECT, INSERT ON data_keys, vault_pans, vault_cards, vault_tokens TO pasarela_app;
GRANT SELECT ON vault_card_profiles, vault_token_profiles TO pasarela_app, pasarela_operator;
GRANT UPDATE (wrapped, master_id, retired_at) ON data_keys TO pasarela_app;
GRANT UPDATE (key_number, sealed) ON vault_pans TO pasarela_app;
GRANT UPDATE (holder_name, expiry_year, expiry_month, address, deleted_at) ON vault_cards TO pasarela_app;
GRANT UPDATE (used_at, used_by) ON vault_tokens TO pasarela_app;
GRANT SELECT (tenant_id, fingerprint, key_number, sealed, bin, last4, digits, brand) ON vault_pans TO pasarela_batch;
GRANT INSERT ON vault_pans TO pasarela_batch;
GRANT SELECT ON vault_cards, vault_tokens TO pasarela_batch;
GRANT UPDATE (used_at, used_by) ON vault_tokens TO pasarela_batch;
GRANT SELECT ON data_keys, vault_pans, vault_cards, vault_tokens TO pasarela_operator;
