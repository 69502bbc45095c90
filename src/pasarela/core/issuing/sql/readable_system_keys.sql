-- The platform's keys that still read at $1, newest first: the active one leads.
SELECT * FROM issuing_system_keys WHERE readable_until IS NULL OR readable_until > $1 ORDER BY key_number DESC
