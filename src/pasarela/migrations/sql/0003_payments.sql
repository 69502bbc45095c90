-- payments: what the whole of Openpay adds.
ALTER TABLE payments ADD COLUMN credits_customer boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN payments.credits_customer IS
    'The customer has an account: what he pays is his own, and the merchant''s lists leave it out.';
