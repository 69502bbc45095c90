-- The newest rate from $1 to $2 of the day $3 or before.
SELECT from_currency, to_currency, day, value FROM exchange_rates
WHERE from_currency = $1 AND to_currency = $2 AND day <= $3
ORDER BY day DESC
LIMIT 1
