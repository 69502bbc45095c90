-- Checkouts: links that a payer follows to pay.
CREATE TABLE checkouts (
    tenant_id bigint NOT NULL,
    checkout_id text COLLATE "C" NOT NULL,
    payment_id text COLLATE "C" NOT NULL,
    link_token text COLLATE "C" NOT NULL,
    order_id text COLLATE "C",
    customer_id text COLLATE "C",
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency char(3) NOT NULL,
    description text NOT NULL,
    redirect_url text,
    send_email boolean NOT NULL,
    payer jsonb,
    status text NOT NULL CHECK (status IN ('available', 'completed', 'cancelled')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, checkout_id)
);
CREATE UNIQUE INDEX checkouts_by_order_id ON checkouts (tenant_id, order_id);
CREATE UNIQUE INDEX checkouts_by_link ON checkouts (link_token);
CREATE INDEX checkouts_by_time ON checkouts (tenant_id, created_at DESC, checkout_id DESC);
CREATE INDEX checkouts_by_customer ON checkouts (tenant_id, customer_id, created_at DESC, checkout_id DESC);
COMMENT ON COLUMN checkouts.payment_id IS 'The id under which the payer will pay: it holds the order id from the start.';
COMMENT ON COLUMN checkouts.status IS 'One that is available lapses at expires_at; nobody has to write that down.';

GRANT SELECT, INSERT ON checkouts TO pasarela_app;
GRANT UPDATE (status, expires_at) ON checkouts TO pasarela_app;
GRANT SELECT ON checkouts TO pasarela_batch, pasarela_operator;
