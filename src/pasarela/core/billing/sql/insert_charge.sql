-- Notes that a subscription is about to be charged; nothing happens, and nothing is answered, when it is being charged.
-- $1 tenant, $2 subscription, $3 payment, $4 day, $5 card or token, $6 what may be seen of the card, $7 its
-- fingerprint, $8 whether the subscription ends with its period, $9 created at
INSERT INTO subscription_charges (tenant_id, subscription_id, payment_id, state, charged_on, source_id, card,
                                  fingerprint, cancel_at_period_end, created_at)
VALUES ($1, $2, $3, 'sent', $4, $5, $6, $7, $8, $9)
ON CONFLICT DO NOTHING
RETURNING payment_id
