-- Risk: what each tenant refuses (lists), how much it allows (limits), and what velocity limits count.
CREATE TABLE risk_lists (
    tenant_id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('email', 'bin', 'card', 'buyer')),
    entry text COLLATE "C" NOT NULL,
    shown text NOT NULL,
    reason text NOT NULL,
    listed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, kind, entry)
);
COMMENT ON COLUMN risk_lists.entry IS
    'Lower-case e-mail, six digits, a buyer''s id, or the tenant''s fingerprint of a card in hex; never a card number.';

CREATE TABLE risk_limits (
    tenant_id bigint NOT NULL,
    rule text COLLATE "C" NOT NULL,
    value bigint NOT NULL CHECK (value >= 0),
    set_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, rule)
);

CREATE TABLE risk_counters (
    tenant_id bigint NOT NULL,
    counter text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    bucket timestamptz NOT NULL,
    currency char(3) NOT NULL,
    count bigint NOT NULL,
    amount_minor bigint NOT NULL,
    PRIMARY KEY (tenant_id, counter, subject, bucket, currency)
) WITH (fillfactor = 70);
CREATE INDEX risk_counters_by_bucket ON risk_counters (bucket);
COMMENT ON COLUMN risk_counters.bucket IS 'The start of the hour that is counted.';

GRANT SELECT, INSERT, UPDATE, DELETE ON risk_lists, risk_limits TO pasarela_app;
GRANT SELECT ON risk_counters TO pasarela_app;
GRANT SELECT ON risk_lists, risk_limits TO pasarela_batch;
GRANT SELECT, INSERT ON risk_counters TO pasarela_batch;
GRANT UPDATE (count, amount_minor) ON risk_counters TO pasarela_batch;
GRANT SELECT ON risk_lists, risk_limits, risk_counters TO pasarela_operator;
GRANT DELETE ON risk_counters TO pasarela_operator;
