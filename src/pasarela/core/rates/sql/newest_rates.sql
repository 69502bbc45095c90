-- Up to $1 rates, newest first.
SELECT from_currency, to_currency, day, value FROM exchange_rates
ORDER BY day DESC, from_currency, to_currency
LIMIT $1
