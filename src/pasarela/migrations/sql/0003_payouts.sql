-- Money out: bank accounts, payouts to them and to cards, transfers between customers, fees that customers pay.
CREATE TABLE bank_accounts (
    tenant_id bigint NOT NULL,
    bank_account_id text COLLATE "C" NOT NULL,
    customer_id text COLLATE "C",
    -- Under row-level security only a plain column can be looked up in an index: coalesce() may leak.
    owner text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(customer_id, '')) STORED,
    clabe text COLLATE "C" NOT NULL CHECK (clabe ~ '^[0-9]{18}$'),
    holder_name text NOT NULL,
    alias text,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (tenant_id, bank_account_id)
);
COMMENT ON COLUMN bank_accounts.owner IS 'The customer, or nothing for the merchant''s own accounts.';
CREATE UNIQUE INDEX bank_accounts_once_per_owner ON bank_accounts (tenant_id, owner, clabe) WHERE deleted_at IS NULL;
CREATE INDEX bank_accounts_by_owner ON bank_accounts (tenant_id, owner, created_at DESC, bank_account_id DESC)
    WHERE deleted_at IS NULL;

CREATE TABLE payouts (
    tenant_id bigint NOT NULL,
    payout_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('manual', 'automatic', 'return')),
    customer_id text COLLATE "C",
    owner text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(customer_id, '')) STORED,
    status text COLLATE "C" NOT NULL
        CHECK (status IN ('scheduled', 'sending', 'sent', 'completed', 'failed', 'cancelled')),
    currency char(3) NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    source_account text COLLATE "C" NOT NULL,
    order_id text COLLATE "C",
    description text,
    destination jsonb NOT NULL,
    fingerprint bytea,
    tracking_key text COLLATE "C" NOT NULL CHECK (length(tracking_key) <= 30),
    returns text COLLATE "C",
    operation_date date,
    network_id text,
    failure text,
    batch_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    operated_at timestamptz NOT NULL,
    cut pg_snapshot,
    PRIMARY KEY (tenant_id, payout_id)
) WITH (fillfactor = 80);
COMMENT ON COLUMN payouts.source_account IS 'The ledger account that pays.';
COMMENT ON COLUMN payouts.cut IS
    'Of an automatic payout: which transactions had booked on the account when it was swept; the next one begins there.';
CREATE INDEX payouts_by_owner ON payouts (tenant_id, owner, created_at DESC, payout_id DESC) WHERE kind <> 'return';
CREATE INDEX payouts_by_amount ON payouts (tenant_id, owner, amount, created_at DESC, payout_id DESC)
    WHERE kind <> 'return';
CREATE INDEX payouts_by_tracking_key ON payouts (tracking_key);
CREATE INDEX payouts_automatic ON payouts (tenant_id, source_account, created_at DESC) WHERE kind = 'automatic';

-- For reports over a month; rows come in the order of their instants, so a few bytes for many of them are enough.
CREATE INDEX ledger_transfers_by_instant ON ledger_transfers USING brin (occurred_at);

CREATE TABLE transfers (
    tenant_id bigint NOT NULL,
    transfer_id text COLLATE "C" NOT NULL,
    payer_id text COLLATE "C" NOT NULL,
    payee_id text COLLATE "C" NOT NULL CHECK (payee_id <> payer_id),
    currency char(3) NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    order_id text COLLATE "C",
    description text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, transfer_id)
);
CREATE INDEX transfers_by_payer ON transfers (tenant_id, payer_id, created_at DESC, transfer_id DESC);
CREATE INDEX transfers_by_payee ON transfers (tenant_id, payee_id, created_at DESC, transfer_id DESC);

CREATE TABLE fees (
    tenant_id bigint NOT NULL,
    fee_id text COLLATE "C" NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    currency char(3) NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    order_id text COLLATE "C",
    description text,
    created_at timestamptz NOT NULL,
    refund_id text COLLATE "C",
    refund_description text,
    refunded_at timestamptz,
    PRIMARY KEY (tenant_id, fee_id),
    CONSTRAINT fees_refunded_under_an_id CHECK ((refund_id IS NULL) = (refunded_at IS NULL))
);
CREATE INDEX fees_by_creation ON fees (tenant_id, created_at DESC, fee_id DESC);
CREATE UNIQUE INDEX fees_by_refund ON fees (tenant_id, refund_id) WHERE refund_id IS NOT NULL;

CREATE TABLE settlement_plans (
    tenant_id bigint NOT NULL,
    owner text COLLATE "C" NOT NULL,
    schedule text NOT NULL CHECK (schedule IN ('daily', 'weekly', 'monthly')),
    clabe text COLLATE "C" NOT NULL CHECK (clabe ~ '^[0-9]{18}$'),
    holder_name text NOT NULL,
    minimum bigint NOT NULL DEFAULT 1 CHECK (minimum > 0),
    set_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, owner)
);
COMMENT ON TABLE settlement_plans IS 'Whose balance is paid out by itself: the merchant''s (no owner) or a customer''s.';

-- Only a sandbox writes here: the orders that the other banks of its SPEI have taken, and what they answered.
CREATE TABLE simulated_spei_orders (
    tenant_id bigint NOT NULL,
    tracking_key text COLLATE "C" NOT NULL,
    state text NOT NULL CHECK (state IN ('accepted', 'settled', 'returned')),
    reason text,
    amount bigint NOT NULL,
    currency char(3) NOT NULL,
    beneficiary text NOT NULL,
    institution text NOT NULL,
    concept text NOT NULL,
    accepted_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, tracking_key)
);
COMMENT ON COLUMN simulated_spei_orders.beneficiary IS 'The last four digits of the account: the whole number may be a card''s.';

GRANT SELECT, INSERT ON bank_accounts TO pasarela_app;
GRANT UPDATE (deleted_at) ON bank_accounts TO pasarela_app;
GRANT SELECT ON payouts, transfers, fees TO pasarela_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON settlement_plans TO pasarela_app;
GRANT SELECT ON bank_accounts TO pasarela_batch;
GRANT SELECT, INSERT ON payouts, transfers, fees, simulated_spei_orders TO pasarela_batch;
GRANT UPDATE (status, operation_date, network_id, failure, operated_at, cut) ON payouts TO pasarela_batch;
GRANT UPDATE (refund_id, refund_description, refunded_at) ON fees TO pasarela_batch;
GRANT UPDATE (state, reason) ON simulated_spei_orders TO pasarela_batch;
GRANT SELECT ON settlement_plans TO pasarela_batch;
GRANT SELECT ON bank_accounts, payouts, transfers, fees, settlement_plans, simulated_spei_orders TO pasarela_operator;
