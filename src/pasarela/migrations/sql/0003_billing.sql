-- Billing: plans, the subscriptions of customers to them, and the charges that subscriptions make.
CREATE TABLE plans (
    tenant_id bigint NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    currency char(3) NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    repeat_unit text NOT NULL CHECK (repeat_unit IN ('week', 'month', 'year')),
    repeat_every integer NOT NULL CHECK (repeat_every > 0),
    retry_times integer NOT NULL CHECK (retry_times >= 0),
    after_retries text NOT NULL CHECK (after_retries IN ('unpaid', 'cancelled')),
    trial_days integer NOT NULL CHECK (trial_days >= 0),
    created_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (tenant_id, plan_id)
);
CREATE INDEX plans_by_creation ON plans (tenant_id, created_at DESC, plan_id DESC) WHERE deleted_at IS NULL;
COMMENT ON COLUMN plans.deleted_at IS 'Nobody can subscribe any more; those who have go on being charged.';

CREATE TABLE subscriptions (
    tenant_id bigint NOT NULL,
    subscription_id text COLLATE "C" NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL
        CHECK (status IN ('starting', 'trial', 'active', 'past_due', 'unpaid', 'cancelled')),
    source_id text COLLATE "C",
    card jsonb NOT NULL,
    fingerprint bytea NOT NULL,
    cancel_at_period_end boolean NOT NULL,
    trial_end_date date NOT NULL,
    charge_date date NOT NULL CHECK (charge_date > trial_end_date),
    period_number integer NOT NULL CHECK (period_number >= 0),
    next_charge_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    PRIMARY KEY (tenant_id, subscription_id),
    CONSTRAINT subscriptions_plan_exists FOREIGN KEY (tenant_id, plan_id) REFERENCES plans,
    CONSTRAINT subscriptions_cancelled_once CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX subscriptions_by_customer
    ON subscriptions (tenant_id, customer_id, created_at DESC, subscription_id DESC) WHERE cancelled_at IS NULL;
CREATE INDEX subscriptions_by_plan
    ON subscriptions (tenant_id, plan_id, created_at DESC, subscription_id DESC) WHERE cancelled_at IS NULL;
COMMENT ON COLUMN subscriptions.status IS
    'starting: its first charge is under way; nobody sees it until that is paid, and if it is refused it never was.';
COMMENT ON COLUMN subscriptions.trial_end_date IS
    'The last day without a charge: days of periods count from the day after it.';
COMMENT ON COLUMN subscriptions.charge_date IS 'The day of the next charge, Mexico City''s; its period ends the day before.';
COMMENT ON COLUMN subscriptions.next_charge_at IS 'The instant at which that day begins: from then on the charge is due.';
COMMENT ON COLUMN subscriptions.period_number IS 'How many periods have been charged.';

CREATE TABLE subscription_charges (
    tenant_id bigint NOT NULL,
    subscription_id text COLLATE "C" NOT NULL,
    payment_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('sent', 'paid')),
    charged_on date NOT NULL,
    source_id text COLLATE "C",
    card jsonb NOT NULL,
    fingerprint bytea NOT NULL,
    cancel_at_period_end boolean NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, subscription_id, payment_id)
);
CREATE UNIQUE INDEX subscription_charges_one_at_a_time ON subscription_charges (tenant_id, subscription_id)
    WHERE state = 'sent';
COMMENT ON TABLE subscription_charges IS
    'Payments that subscriptions make, and what holds for the subscription once one is paid. A refused one leaves no row.';

GRANT SELECT, INSERT ON plans TO pasarela_app;
GRANT UPDATE (name, trial_days, deleted_at) ON plans TO pasarela_app;
GRANT SELECT, INSERT, DELETE ON subscriptions, subscription_charges TO pasarela_app;
GRANT UPDATE (status, source_id, card, fingerprint, cancel_at_period_end, trial_end_date, charge_date, period_number,
              next_charge_at, cancelled_at) ON subscriptions TO pasarela_app;
GRANT UPDATE (state) ON subscription_charges TO pasarela_app;
GRANT SELECT ON plans, subscriptions, subscription_charges TO pasarela_operator;
