-- Payments, what was sent about them on a rail (attempts), and later operations on them (captures, refunds, voids).
CREATE TABLE payments (
    tenant_id bigint NOT NULL,
    payment_id text COLLATE "C" NOT NULL,
    api text NOT NULL,
    instrument text NOT NULL,
    status text COLLATE "C" NOT NULL,
    currency char(3) NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    captured bigint NOT NULL DEFAULT 0 CHECK (captured >= 0),
    refunding bigint NOT NULL DEFAULT 0 CHECK (refunding >= 0),
    refunded bigint NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    capture_now boolean NOT NULL,
    order_id text COLLATE "C",
    description text,
    customer_id text COLLATE "C",
    source_id text COLLATE "C",
    fingerprint bytea,
    card jsonb,
    payer jsonb,
    details jsonb NOT NULL,
    authorization_code text,
    response_code text,
    decline text,
    fee_minor bigint,
    fee_tax_basis_points integer,
    created_at timestamptz NOT NULL,
    operated_at timestamptz NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (tenant_id, payment_id),
    CONSTRAINT refunds_within_captured CHECK (refunding + refunded <= captured)
) WITH (fillfactor = 80);
CREATE INDEX payments_by_creation ON payments (tenant_id, created_at DESC, payment_id DESC);
CREATE INDEX payments_by_status ON payments (tenant_id, status, created_at DESC, payment_id DESC);
CREATE INDEX payments_by_amount ON payments (tenant_id, amount, created_at DESC, payment_id DESC);
CREATE INDEX payments_by_customer ON payments (tenant_id, customer_id, created_at DESC, payment_id DESC)
    WHERE customer_id IS NOT NULL;
CREATE INDEX payments_refunded ON payments (tenant_id, created_at DESC, payment_id DESC) WHERE refunded > 0;

CREATE TABLE payment_attempts (
    tenant_id bigint NOT NULL,
    attempt_id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    amount bigint NOT NULL,
    stan char(6) NOT NULL,
    rrn char(12) NOT NULL,
    trace_at timestamptz NOT NULL,
    sent_at timestamptz NOT NULL,
    answered_at timestamptz,
    response_code text,
    authorization_code text,
    PRIMARY KEY (tenant_id, attempt_id)
) WITH (fillfactor = 80);
CREATE INDEX payment_attempts_recent ON payment_attempts USING brin (sent_at) WITH (pages_per_range = 16);
COMMENT ON COLUMN payment_attempts.attempt_id IS 'payment id, slash, operation: all attempts of a payment are one range.';

CREATE TABLE payment_operations (
    tenant_id bigint NOT NULL,
    payment_id text COLLATE "C" NOT NULL,
    operation_id text COLLATE "C" NOT NULL,
    kind text NOT NULL CHECK (kind IN ('refund', 'capture', 'void')),
    status text NOT NULL CHECK (status IN ('in_progress', 'completed', 'failed')),
    amount bigint NOT NULL CHECK (amount >= 0),
    fee_back bigint NOT NULL DEFAULT 0,
    fee_tax_back bigint NOT NULL DEFAULT 0,
    description text,
    authorization_code text,
    response_code text,
    created_at timestamptz NOT NULL,
    operated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, payment_id, operation_id)
);

GRANT SELECT ON payments, payment_attempts, payment_operations TO pasarela_app;
GRANT SELECT, INSERT ON payments, payment_attempts, payment_operations TO pasarela_batch;
GRANT UPDATE (status, amount, captured, refunding, refunded, authorization_code, response_code, decline,
              fee_minor, fee_tax_basis_points, operated_at, expires_at) ON payments TO pasarela_batch;
GRANT UPDATE (state, answered_at, response_code, authorization_code) ON payment_attempts TO pasarela_batch;
GRANT UPDATE (status, authorization_code, response_code, operated_at) ON payment_operations TO pasarela_batch;
