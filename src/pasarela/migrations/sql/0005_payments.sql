-- payments: what a card charge can carry more.
ALTER TABLE payments
    ADD COLUMN instalments smallint CHECK (instalments > 1),
    ADD COLUMN points jsonb,
    ADD COLUMN settles_in char(3),
    ADD COLUMN exchange jsonb,
    ADD COLUMN reviewed_for jsonb;
COMMENT ON COLUMN payments.points IS 'What of it was paid with the card''s points, once its issuer has told.';
COMMENT ON COLUMN payments.settles_in IS 'The payee''s currency, where it is another than the payer''s.';
COMMENT ON COLUMN payments.exchange IS 'The rate at which it was authorised, where the payee''s currency is another.';
COMMENT ON COLUMN payments.reviewed_for IS 'The risk rules for which somebody has to look at it before it counts.';
CREATE INDEX payments_in_review ON payments (tenant_id, created_at, payment_id) WHERE status = 'reviewing';

ALTER TABLE payment_operations
    ADD COLUMN points_back bigint NOT NULL DEFAULT 0 CHECK (points_back >= 0),
    ADD COLUMN credit_back bigint CHECK (credit_back >= 0);
COMMENT ON COLUMN payment_operations.points_back IS 'What of a refund goes back as points, in the payment''s currency.';
COMMENT ON COLUMN payment_operations.credit_back IS 'What a refund takes from the payee, in his currency where that is another.';

GRANT UPDATE (points, instalments, exchange, reviewed_for) ON payments TO pasarela_batch;
