-- How many messages from outside are not handled yet, and when the oldest of them arrived (or null).
SELECT count(*) AS number, min(received_at) AS oldest FROM inbox WHERE handled_at IS NULL
