-- Stops all workers until $1 (real time) so that the clock may be moved; no row while somebody else moves it at $2.
INSERT INTO platform_clock AS clock (tenant_id, offset_seconds, moving_until) VALUES (0, 0, $1)
ON CONFLICT (tenant_id) DO UPDATE SET moving_until = EXCLUDED.moving_until
WHERE clock.moving_until IS NULL OR clock.moving_until <= $2
RETURNING moving_until
