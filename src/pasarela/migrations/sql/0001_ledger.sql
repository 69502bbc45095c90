-- Double-entry ledger. Amounts are minor units, credits positive; every transfer's legs sum to zero per currency.
CREATE TABLE ledger_accounts (
    tenant_id bigint NOT NULL,
    account text COLLATE "C" NOT NULL,
    currency char(3) NOT NULL,
    floor_minor bigint,
    posted bigint NOT NULL DEFAULT 0,
    pending_in bigint NOT NULL DEFAULT 0 CHECK (pending_in >= 0),
    pending_out bigint NOT NULL DEFAULT 0 CHECK (pending_out >= 0),
    PRIMARY KEY (tenant_id, account),
    CHECK (right(account, 4) = '.' || currency),
    CONSTRAINT never_below_floor CHECK (floor_minor IS NULL OR posted - pending_out >= floor_minor)
) WITH (fillfactor = 50);
COMMENT ON TABLE ledger_accounts IS
    'Accounts with a floor carry their balance; those without (floor_minor null) carry what the seal job has folded.';

CREATE FUNCTION ledger_legs_balance(accounts text[], amounts bigint[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT cardinality(accounts) = cardinality(amounts) AND NOT EXISTS (
        SELECT 1 FROM unnest(accounts, amounts) AS leg (account, amount)
        GROUP BY right(account, 3) HAVING sum(amount) <> 0)
$$;

CREATE TABLE ledger_transfers (
    tenant_id bigint NOT NULL,
    transfer_id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    phase text NOT NULL CHECK (phase IN ('posted', 'pending', 'void')),
    settles text COLLATE "C",
    accounts text[] NOT NULL,
    amounts bigint[] NOT NULL,
    occurred_at timestamptz NOT NULL,
    xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (tenant_id, transfer_id),
    CONSTRAINT legs_balance CHECK (ledger_legs_balance(accounts, amounts)),
    CONSTRAINT void_moves_nothing CHECK ((phase = 'void') = (cardinality(accounts) = 0)),
    CONSTRAINT void_settles CHECK (phase <> 'void' OR settles IS NOT NULL),
    CONSTRAINT pending_settles_nothing CHECK (phase <> 'pending' OR settles IS NULL)
);
CREATE UNIQUE INDEX ledger_settled_once ON ledger_transfers (tenant_id, settles) WHERE settles IS NOT NULL;
CREATE INDEX ledger_transfers_by_xact ON ledger_transfers (xact);

CREATE TABLE ledger_seals (
    seal_number bigint PRIMARY KEY,
    xact_from xid8 NOT NULL,
    xact_to xid8 NOT NULL,
    transfers bigint NOT NULL,
    previous_digest bytea NOT NULL,
    digest bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);

GRANT SELECT ON ledger_accounts, ledger_transfers TO pasarela_app;
GRANT SELECT, INSERT ON ledger_accounts, ledger_transfers TO pasarela_batch;
GRANT UPDATE (posted, pending_in, pending_out) ON ledger_accounts TO pasarela_batch;
GRANT SELECT ON ledger_seals TO pasarela_app, pasarela_batch;
GRANT SELECT, INSERT ON ledger_accounts, ledger_transfers, ledger_seals TO pasarela_operator;
GRANT UPDATE (posted) ON ledger_accounts TO pasarela_operator;
