-- Card issuing. A tenant is a program: its client, that client's subclients, and all their cards.
CREATE TABLE issuing_clients (
    tenant_id bigint NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    parent_id text COLLATE "C",
    code text NOT NULL,
    name text NOT NULL,
    alias text NOT NULL,
    entity_code text,
    email text NOT NULL,
    rfc text,
    time_zone text NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'inactive')),
    profile jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, client_id),
    CONSTRAINT issuing_clients_parent_exists FOREIGN KEY (tenant_id, parent_id) REFERENCES issuing_clients
);
COMMENT ON COLUMN issuing_clients.parent_id IS 'Of a subclient, the client that made it and funds it.';
CREATE UNIQUE INDEX issuing_clients_one_root ON issuing_clients (tenant_id) WHERE parent_id IS NULL;

CREATE TABLE issuing_keys (
    tenant_id bigint NOT NULL,
    key_id text COLLATE "C" NOT NULL CONSTRAINT issuing_keys_id_once UNIQUE,
    client_id text COLLATE "C" NOT NULL,
    login text COLLATE "C" NOT NULL CONSTRAINT issuing_keys_login_once UNIQUE,
    password_hash text NOT NULL,
    alias text NOT NULL,
    description text,
    public_key text,
    padding text NOT NULL CHECK (padding IN ('pkcs1', 'oaep_sha256')),
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (tenant_id, key_id),
    CONSTRAINT issuing_keys_client_exists FOREIGN KEY (tenant_id, client_id) REFERENCES issuing_clients
);
COMMENT ON COLUMN issuing_keys.password_hash IS 'Argon2id; the password is never stored.';

CREATE TABLE issuing_revoked_tokens (
    tenant_id bigint NOT NULL,
    token_id text COLLATE "C" NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, token_id)
);
COMMENT ON TABLE issuing_revoked_tokens IS 'Tokens that died before their time, until their time has come.';

-- The platform's own RSA keys, by which callers encrypt for us. Of no tenant.
CREATE TABLE issuing_system_keys (
    key_number integer PRIMARY KEY CHECK (key_number > 0),
    public_key text NOT NULL,
    wrapped bytea NOT NULL,
    master_id text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    readable_until timestamptz,
    CONSTRAINT issuing_system_keys_readable_for_a_time CHECK ((retired_at IS NULL) = (readable_until IS NULL))
);
CREATE UNIQUE INDEX issuing_system_keys_one_active ON issuing_system_keys ((true)) WHERE retired_at IS NULL;

CREATE TABLE issuing_products (
    tenant_id bigint NOT NULL,
    product_id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('physical', 'virtual')),
    active boolean NOT NULL,
    affinity_group text NOT NULL,
    currency char(3) NOT NULL,
    allow_blank_curp boolean NOT NULL,
    allow_blank_rfc boolean NOT NULL,
    spei_enabled boolean NOT NULL,
    validity_months smallint NOT NULL CHECK (validity_months BETWEEN 1 AND 120),
    operation_max bigint CHECK (operation_max > 0),
    day_max bigint CHECK (day_max > 0),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, product_id)
);
COMMENT ON COLUMN issuing_products.operation_max IS 'The most that a card may spend at once, minor units; day_max: in a day.';

CREATE TABLE issuing_ranges (
    tenant_id bigint NOT NULL,
    prefix text COLLATE "C" NOT NULL CONSTRAINT issuing_ranges_prefix_once UNIQUE CHECK (prefix ~ '^[0-9]{6,11}$'),
    product_id text COLLATE "C" NOT NULL,
    next_serial bigint NOT NULL DEFAULT 0 CHECK (next_serial >= 0),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, prefix),
    CONSTRAINT issuing_ranges_product_exists FOREIGN KEY (tenant_id, product_id) REFERENCES issuing_products
) WITH (fillfactor = 50);

CREATE TABLE issuing_fees (
    tenant_id bigint NOT NULL,
    operation text COLLATE "C" NOT NULL CHECK (operation IN ('spei')),
    fixed_minor bigint NOT NULL CHECK (fixed_minor >= 0),
    tax_basis_points integer NOT NULL CHECK (tax_basis_points >= 0),
    PRIMARY KEY (tenant_id, operation)
);

CREATE TABLE issuing_numbers (
    tenant_id bigint NOT NULL,
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    platform_fingerprint bytea NOT NULL CONSTRAINT issuing_numbers_once UNIQUE,
    product_id text COLLATE "C" NOT NULL,
    last4 text COLLATE "C" NOT NULL CHECK (length(last4) = 4),
    expiry_year smallint NOT NULL,
    expiry_month smallint NOT NULL CHECK (expiry_month BETWEEN 1 AND 12),
    stocked boolean NOT NULL,
    card_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, fingerprint),
    CONSTRAINT issuing_numbers_product_exists FOREIGN KEY (tenant_id, product_id) REFERENCES issuing_products
) WITH (fillfactor = 85);
COMMENT ON TABLE issuing_numbers IS 'Every card number that a program has made or bought; the number itself is in the vault.';
CREATE INDEX issuing_numbers_in_stock ON issuing_numbers (tenant_id, product_id) WHERE stocked AND card_id IS NULL;

CREATE TABLE issuing_cardholders (
    tenant_id bigint NOT NULL,
    cardholder_id text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    first_name text NOT NULL,
    second_name text NOT NULL,
    surname text NOT NULL,
    second_surname text NOT NULL,
    rfc text COLLATE "C" NOT NULL,
    curp text COLLATE "C" NOT NULL,
    email text COLLATE "C" NOT NULL,
    primary_phone text COLLATE "C" NOT NULL,
    mobile_phone text COLLATE "C" NOT NULL,
    address jsonb NOT NULL,
    birthdate date NOT NULL,
    gender text NOT NULL,
    marital_status text NOT NULL,
    has_kids boolean NOT NULL,
    gross_monthly_income numeric,
    net_monthly_income numeric,
    observations text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, cardholder_id)
);
CREATE UNIQUE INDEX issuing_cardholders_external_id_once ON issuing_cardholders (tenant_id, client_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX issuing_cardholders_by_curp ON issuing_cardholders (tenant_id, client_id, curp);
CREATE INDEX issuing_cardholders_by_rfc ON issuing_cardholders (tenant_id, client_id, rfc);
CREATE INDEX issuing_cardholders_by_email ON issuing_cardholders (tenant_id, client_id, email);
CREATE INDEX issuing_cardholders_by_phone ON issuing_cardholders (tenant_id, client_id, primary_phone);
CREATE INDEX issuing_cardholders_by_mobile ON issuing_cardholders (tenant_id, client_id, mobile_phone);

-- What people tell each other of an account; nobody guards it.
CREATE SEQUENCE issuing_account_references MINVALUE 100000000 START WITH 100000000 MAXVALUE 999999999;

CREATE TABLE issuing_accounts (
    tenant_id bigint NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    cardholder_id text COLLATE "C" NOT NULL,
    reference bigint NOT NULL DEFAULT nextval('issuing_account_references')
        CONSTRAINT issuing_accounts_reference_once UNIQUE,
    currency char(3) NOT NULL,
    document_type text NOT NULL,
    document_number text NOT NULL,
    observations text NOT NULL,
    opened_by text COLLATE "C" NOT NULL,
    opened_at timestamptz NOT NULL,
    activated_at timestamptz,
    PRIMARY KEY (tenant_id, account_id),
    CONSTRAINT issuing_accounts_holder_exists FOREIGN KEY (tenant_id, cardholder_id) REFERENCES issuing_cardholders
);
CREATE INDEX issuing_accounts_by_holder ON issuing_accounts (tenant_id, cardholder_id, opened_at);

CREATE TABLE issuing_cards (
    tenant_id bigint NOT NULL,
    card_id text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    product_id text COLLATE "C" NOT NULL,
    fingerprint bytea NOT NULL,
    type text NOT NULL CHECK (type IN ('physical', 'virtual', 'virtual_with_physical')),
    status text NOT NULL CHECK (status IN
        ('need_activation', 'active', 'temporary_inactive', 'lost', 'stolen', 'damaged', 'cancelled')),
    assigned_by text COLLATE "C" NOT NULL,
    assigned_at timestamptz NOT NULL,
    blocked_at timestamptz,
    cvc_issued_at timestamptz,
    delivery jsonb,
    replaces text COLLATE "C",
    PRIMARY KEY (tenant_id, card_id),
    CONSTRAINT issuing_cards_number_once UNIQUE (tenant_id, fingerprint),
    CONSTRAINT issuing_cards_number_exists FOREIGN KEY (tenant_id, fingerprint) REFERENCES issuing_numbers,
    CONSTRAINT issuing_cards_account_exists FOREIGN KEY (tenant_id, account_id) REFERENCES issuing_accounts
) WITH (fillfactor = 70);
COMMENT ON COLUMN issuing_cards.cvc_issued_at IS 'When the dynamic code that is good now was asked for; the code follows from it.';
CREATE INDEX issuing_cards_by_account ON issuing_cards (tenant_id, account_id, assigned_at);
CREATE UNIQUE INDEX issuing_cards_replaced_once ON issuing_cards (tenant_id, replaces) WHERE replaces IS NOT NULL;

CREATE TABLE issuing_pins (
    tenant_id bigint NOT NULL,
    card_id text COLLATE "C" NOT NULL,
    verifier bytea,
    tail_verifier bytea,
    pos_sealed bytea NOT NULL,
    wrong_tries integer NOT NULL DEFAULT 0 CHECK (wrong_tries >= 0),
    locked_until timestamptz,
    set_at timestamptz,
    PRIMARY KEY (tenant_id, card_id),
    CONSTRAINT issuing_pins_verified_whole CHECK ((verifier IS NULL) = (tail_verifier IS NULL))
) WITH (fillfactor = 70);
COMMENT ON COLUMN issuing_pins.verifier IS 'HMAC of the ATM PIN under a key of its own; tail_verifier: of its last two digits.';

CREATE TABLE issuing_movements (
    tenant_id bigint NOT NULL,
    operation_id text COLLATE "C" NOT NULL,
    side smallint NOT NULL,
    number bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    account_id text COLLATE "C" NOT NULL,
    card_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    amount bigint NOT NULL,
    currency char(3) NOT NULL,
    original_amount bigint NOT NULL,
    original_currency char(3) NOT NULL,
    balance_after bigint,
    description text,
    merchant_code text,
    country text NOT NULL,
    channel text NOT NULL,
    authorization_code text NOT NULL,
    response_code text NOT NULL,
    retrieval text,
    reference text,
    latitude numeric(7, 5),
    longitude numeric(8, 5),
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, operation_id, side)
);
COMMENT ON COLUMN issuing_movements.amount IS 'What it did to the account: below zero when money left. Nothing, of a declined one.';
CREATE INDEX issuing_movements_by_date ON issuing_movements (tenant_id, account_id, occurred_at, number);
CREATE INDEX issuing_movements_declined ON issuing_movements (tenant_id, account_id, occurred_at)
    WHERE response_code <> '00';

CREATE TABLE issuing_operations (
    tenant_id bigint NOT NULL,
    operation_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    key_id text COLLATE "C" NOT NULL,
    card_id text COLLATE "C" NOT NULL,
    latitude numeric(7, 5),
    longitude numeric(8, 5),
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, operation_id)
);
COMMENT ON TABLE issuing_operations IS 'What was done to cards beside moving money, by whom and where.';
CREATE INDEX issuing_operations_by_card ON issuing_operations (tenant_id, card_id, occurred_at);

CREATE VIEW issuing_card_profiles WITH (security_invoker = true) AS
    SELECT c.*, n.platform_fingerprint, n.last4, n.expiry_year, n.expiry_month, a.cardholder_id, a.reference,
        a.currency, a.document_type, a.document_number, a.observations, a.opened_by, a.opened_at, a.activated_at
    FROM issuing_cards c
    JOIN issuing_numbers n ON n.tenant_id = c.tenant_id AND n.fingerprint = c.fingerprint
    JOIN issuing_accounts a ON a.tenant_id = c.tenant_id AND a.account_id = c.account_id;
COMMENT ON VIEW issuing_card_profiles IS 'Cards with their numbers'' faces and their accounts; sees what its reader may.';

GRANT SELECT ON issuing_card_profiles TO pasarela_app, pasarela_batch, pasarela_operator;
GRANT SELECT ON issuing_clients, issuing_products, issuing_fees, issuing_movements TO pasarela_app;
GRANT UPDATE (verifier, tail_verifier, wrong_tries, locked_until, set_at) ON issuing_pins TO pasarela_app;
GRANT SELECT, INSERT ON issuing_keys, issuing_revoked_tokens, issuing_numbers, issuing_cardholders, issuing_accounts,
    issuing_cards, issuing_operations, issuing_pins TO pasarela_app;
GRANT DELETE ON issuing_revoked_tokens TO pasarela_app;
GRANT SELECT, UPDATE (next_serial) ON issuing_ranges TO pasarela_app;
GRANT USAGE ON SEQUENCE issuing_account_references TO pasarela_app;
GRANT UPDATE (public_key, padding, password_hash, revoked_at) ON issuing_keys TO pasarela_app;
GRANT UPDATE (card_id) ON issuing_numbers TO pasarela_app;
GRANT UPDATE (activated_at) ON issuing_accounts TO pasarela_app;
GRANT UPDATE (type, status, blocked_at, cvc_issued_at, delivery) ON issuing_cards TO pasarela_app;
GRANT SELECT ON issuing_system_keys TO pasarela_app;

GRANT SELECT ON issuing_clients, issuing_keys, issuing_revoked_tokens, issuing_products, issuing_ranges, issuing_fees,
    issuing_numbers, issuing_accounts, issuing_cards, issuing_pins, issuing_movements TO pasarela_batch;
GRANT INSERT ON issuing_clients, issuing_keys, issuing_movements, issuing_operations TO pasarela_batch;
-- To lock a row takes a right to change some column of it.
GRANT UPDATE (cvc_issued_at) ON issuing_cards TO pasarela_batch;
GRANT UPDATE (verifier, tail_verifier, wrong_tries, locked_until, set_at) ON issuing_pins TO pasarela_batch;

GRANT SELECT ON issuing_clients, issuing_keys, issuing_revoked_tokens, issuing_system_keys, issuing_products,
    issuing_ranges, issuing_fees, issuing_numbers, issuing_cardholders, issuing_accounts, issuing_cards,
    issuing_pins, issuing_movements, issuing_operations TO pasarela_operator;
GRANT INSERT ON issuing_clients, issuing_keys, issuing_system_keys, issuing_products, issuing_ranges, issuing_fees
    TO pasarela_operator;
GRANT UPDATE (retired_at, readable_until) ON issuing_system_keys TO pasarela_operator;
GRANT UPDATE (fixed_minor, tax_basis_points) ON issuing_fees TO pasarela_operator;
GRANT UPDATE (padding, revoked_at) ON issuing_keys TO pasarela_operator;
GRANT UPDATE (status) ON issuing_clients TO pasarela_operator;
