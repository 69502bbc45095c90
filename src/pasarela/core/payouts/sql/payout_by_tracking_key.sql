-- The payout of any tenant whose order has tracking key $1 (its id in capitals).
SELECT * FROM payouts WHERE tracking_key = $1 ORDER BY created_at DESC LIMIT 1
