-- Retires the active system key at $1; it reads until $2.
UPDATE issuing_system_keys SET retired_at = $1, readable_until = $2 WHERE retired_at IS NULL
