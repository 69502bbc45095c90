-- payments: what the whole of Openpay adds.
ALTER TABLE payments ADD COLUMN credits_customer boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN payments.credits_customer IS
    'The customer has an account: what he pays is his own, and the merchant''s lists leave it out.';

-- A merchant whose customers pay for themselves sees few of a million payments: his lists must not walk past theirs.
DROP INDEX payments_by_creation, payments_by_status, payments_by_amount, payments_refunded;
-- They hold what lists may ask about, so that an offset is counted off in the index alone.
CREATE INDEX payments_by_creation ON payments (tenant_id, credits_customer, created_at DESC, payment_id DESC)
    INCLUDE (amount, status, refunded, captured);
CREATE INDEX payments_by_status ON payments (tenant_id, credits_customer, status, created_at DESC, payment_id DESC)
    INCLUDE (amount, refunded, captured);
CREATE INDEX payments_by_amount ON payments (tenant_id, credits_customer, amount, created_at DESC, payment_id DESC);
CREATE INDEX payments_refunded ON payments (tenant_id, credits_customer, created_at DESC, payment_id DESC)
    WHERE refunded > 0;

ALTER TABLE payments ADD COLUMN reference text COLLATE "C";
COMMENT ON COLUMN payments.reference IS 'What the payer names to a store or in a transfer; one payment of the platform.';
CREATE UNIQUE INDEX payments_reference_once ON payments (reference) WHERE reference IS NOT NULL;
CREATE UNIQUE INDEX payments_paybin_once ON payments ((details ->> 'paybin')) WHERE details ->> 'paybin' IS NOT NULL;

-- Card payments that wait for their payer.
ALTER TABLE payments ADD COLUMN confirm text, ADD COLUMN tries smallint NOT NULL DEFAULT 0;
COMMENT ON COLUMN payments.confirm IS 'How the payer of a waiting card payment comes to pay it.';
COMMENT ON COLUMN payments.tries IS 'How often somebody has tried to pay it.';
CREATE TABLE payment_tries (
    tenant_id bigint NOT NULL,
    payment_id text COLLATE "C" NOT NULL,
    number smallint NOT NULL CHECK (number > 0),
    try_id text COLLATE "C" NOT NULL,
    status text NOT NULL,
    card jsonb,
    authentication jsonb,
    decline text,
    response_code text,
    tried_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, payment_id, number),
    CONSTRAINT payment_tries_once UNIQUE (tenant_id, payment_id, try_id)
);
COMMENT ON COLUMN payment_tries.status IS 'The payment''s status as this try left it.';

-- Money that stores, banks and wallets brought, and what was done with it.
CREATE TABLE payment_receipts (
    tenant_id bigint NOT NULL,
    receipt_id text COLLATE "C" NOT NULL,
    instrument text NOT NULL,
    payment_id text COLLATE "C",
    outcome text NOT NULL,
    currency char(3) NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    returned bigint NOT NULL CHECK (returned BETWEEN 0 AND amount),
    reference text,
    sender jsonb,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, receipt_id),
    CONSTRAINT payment_receipts_once UNIQUE (receipt_id)
);
CREATE INDEX payment_receipts_of_payment ON payment_receipts (tenant_id, payment_id) WHERE payment_id IS NOT NULL;

-- Charges that one till has been told to take cash for, so that no other is.
CREATE TABLE payment_till_promises (
    tenant_id bigint NOT NULL,
    payment_id text COLLATE "C" NOT NULL,
    receipt_id text COLLATE "C" NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, payment_id)
);

GRANT SELECT ON payment_till_promises TO pasarela_app, pasarela_operator;
GRANT SELECT, INSERT, UPDATE (receipt_id, until) ON payment_till_promises TO pasarela_batch;
GRANT SELECT ON payment_receipts TO pasarela_app, pasarela_operator;
GRANT SELECT, INSERT ON payment_receipts TO pasarela_batch;

GRANT SELECT ON payment_tries TO pasarela_app, pasarela_operator;
GRANT SELECT, INSERT, UPDATE (status, decline, response_code) ON payment_tries TO pasarela_batch;
GRANT UPDATE (card, fingerprint, source_id, capture_now, details, tries) ON payments TO pasarela_batch;
GRANT UPDATE (attempt_id) ON payment_attempts TO pasarela_batch;
