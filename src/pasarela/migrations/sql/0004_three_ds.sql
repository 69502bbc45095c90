-- 3-D Secure: how payers were authenticated, and in a sandbox what their issuer asks them.
CREATE TABLE authentications (
    tenant_id bigint NOT NULL,
    authentication_id text COLLATE "C" NOT NULL,
    payment_id text COLLATE "C" NOT NULL,
    number smallint NOT NULL CHECK (number > 0),
    try_id text COLLATE "C" NOT NULL,
    status text NOT NULL CHECK (status IN ('prepared', 'asked', 'challenged', 'ended')),
    fingerprint bytea NOT NULL,
    card jsonb NOT NULL,
    source_id text COLLATE "C",
    cvv_key text,
    terms jsonb NOT NULL,
    acs_url text,
    creq text,
    trans_status text CHECK (trans_status IN ('Y', 'A', 'N', 'R', 'U')),
    reason text,
    cancelled text,
    eci text,
    cavv text,
    ds_trans_id text,
    acs_trans_id text,
    version text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, authentication_id),
    CONSTRAINT authentications_once UNIQUE (authentication_id),
    CONSTRAINT authentications_of_payment UNIQUE (tenant_id, payment_id, number),
    CONSTRAINT authentications_end_with_a_status CHECK ((status = 'ended') = (trans_status IS NOT NULL))
);
COMMENT ON COLUMN authentications.authentication_id IS 'EMVCo''s threeDSServerTransID.';
COMMENT ON COLUMN authentications.number IS 'Counts a payment''s authentications; one that was abandoned is followed by another.';
COMMENT ON COLUMN authentications.try_id IS 'For which of the payment''s tries; an abandoned authentication uses none up.';
COMMENT ON COLUMN authentications.terms IS 'How it is to be paid once its payer is authenticated: instalments and the like.';
COMMENT ON COLUMN authentications.cvv_key IS 'Where the security code waits, in memory and for minutes; never the code.';

GRANT SELECT ON authentications TO pasarela_app, pasarela_operator;
GRANT SELECT, INSERT, DELETE ON authentications TO pasarela_batch;
GRANT UPDATE (status, acs_url, creq, trans_status, reason, cancelled, eci, cavv, ds_trans_id, acs_trans_id, version,
              expires_at, ended_at) ON authentications TO pasarela_batch;

-- Only a sandbox writes here: the challenges that its issuer puts to payers.
CREATE TABLE simulated_challenges (
    acs_trans_id text COLLATE "C" PRIMARY KEY,
    server_trans_id text NOT NULL,
    ds_trans_id text NOT NULL,
    behaviour text NOT NULL,
    code text NOT NULL,
    brand text NOT NULL,
    last_four text NOT NULL,
    merchant text NOT NULL,
    amount bigint NOT NULL,
    currency char(3) NOT NULL,
    return_url text NOT NULL,
    wrong smallint NOT NULL DEFAULT 0,
    trans_status text,
    reason text,
    cancelled text,
    created_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON simulated_challenges TO pasarela_batch;
GRANT UPDATE (wrong, trans_status, reason, cancelled) ON simulated_challenges TO pasarela_batch;
GRANT SELECT ON simulated_challenges TO pasarela_operator;
