-- Plumbing: claims on names (order ids, idempotency keys), events, due work, notifications from outside.
CREATE TABLE claims (
    tenant_id bigint NOT NULL,
    scope text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    fingerprint bytea,
    answer bytea,
    answer_status smallint,
    claimed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, scope, key)
);

CREATE TABLE outbox_events (
    tenant_id bigint NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    data jsonb NOT NULL,
    occurred_at timestamptz NOT NULL,
    xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    position bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (tenant_id, event_id)
);
CREATE UNIQUE INDEX outbox_events_by_xact ON outbox_events (xact, position);
COMMENT ON COLUMN outbox_events.position IS 'Keeps the order of the events of one transaction; says nothing across.';

CREATE TABLE outbox_cursors (
    consumer text COLLATE "C" PRIMARY KEY,
    xact xid8 NOT NULL,
    position bigint NOT NULL
);
COMMENT ON TABLE outbox_cursors IS 'The last event that each consumer has handled.';

CREATE TABLE due_work (
    tenant_id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    due_at timestamptz NOT NULL,
    attempt integer NOT NULL DEFAULT 0,
    data jsonb NOT NULL DEFAULT '{}',
    leased_until timestamptz,
    parked_at timestamptz,
    last_error text,
    PRIMARY KEY (tenant_id, kind, subject)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX due_work_by_instant ON due_work (due_at, tenant_id, kind, subject) WHERE parked_at IS NULL;
CREATE INDEX due_work_parked ON due_work (parked_at) WHERE parked_at IS NOT NULL;
COMMENT ON COLUMN due_work.due_at IS 'In platform time, as the tenant sees it; tenant 0 is the platform itself.';
COMMENT ON COLUMN due_work.leased_until IS 'In real time: a crashed worker''s rows come back whatever the clock says.';
COMMENT ON COLUMN due_work.parked_at IS 'Set when it has failed too often: kept and shown, not tried again by itself.';

CREATE TABLE inbox (
    source text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    body jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    handled_at timestamptz,
    outcome text,
    PRIMARY KEY (source, message_id)
);
CREATE INDEX inbox_unhandled ON inbox (received_at) WHERE handled_at IS NULL;

CREATE TABLE api_requests (
    tenant_id bigint,
    request_id uuid NOT NULL,
    api text NOT NULL,
    account text,
    at timestamptz NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    query text,
    status smallint NOT NULL,
    duration_us integer NOT NULL,
    request_body text,
    answer_body text,
    error_code text,
    rule text,
    field text,
    subject text COLLATE "C",
    client text
);
CREATE INDEX api_requests_by_id ON api_requests (request_id);
CREATE INDEX api_requests_by_time ON api_requests (at);
COMMENT ON COLUMN api_requests.tenant_id IS 'Null when the caller could not be authenticated.';

CREATE TABLE platform_clock (
    tenant_id bigint PRIMARY KEY,
    offset_seconds double precision NOT NULL,
    moving_until timestamptz
);
COMMENT ON TABLE platform_clock IS 'How far platform time runs ahead of real time; tenant 0 is everybody.';
COMMENT ON COLUMN platform_clock.moving_until IS
    'Of tenant 0, in real time: somebody moves the clock and runs what becomes due; workers claim nothing meanwhile.';

CREATE TABLE sandbox_faults (
    fault_id text PRIMARY KEY,
    target text NOT NULL,
    mode text NOT NULL,
    probability double precision NOT NULL,
    remaining integer,
    skip integer NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE sweep_marks (
    sweep text PRIMARY KEY,
    swept_to timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON claims TO pasarela_app;
GRANT SELECT, INSERT, DELETE ON claims TO pasarela_batch;
GRANT SELECT, INSERT ON outbox_events TO pasarela_app;
GRANT SELECT, INSERT ON outbox_events TO pasarela_batch;
GRANT SELECT, INSERT, UPDATE ON outbox_cursors TO pasarela_batch;
GRANT SELECT, INSERT, UPDATE, DELETE ON due_work TO pasarela_app, pasarela_batch;
GRANT SELECT, INSERT, UPDATE ON inbox TO pasarela_batch;
GRANT INSERT ON api_requests TO pasarela_batch;
GRANT SELECT ON platform_clock, sandbox_faults TO pasarela_app, pasarela_batch;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO pasarela_operator;
REVOKE UPDATE, DELETE ON ledger_transfers, ledger_seals, ledger_accounts FROM pasarela_operator;
GRANT UPDATE (posted) ON ledger_accounts TO pasarela_operator;
