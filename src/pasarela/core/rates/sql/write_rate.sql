-- A day's rate, new or in place of the one that was there. $1 from, $2 to, $3 day, $4 value, $5 instant.
INSERT INTO exchange_rates (from_currency, to_currency, day, value, written_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (from_currency, to_currency, day) DO UPDATE SET value = excluded.value, written_at = excluded.written_at
