-- Moves the time of tenant $1 (0: of all) to at least $2 seconds ahead, never back; answers how far it is ahead.
INSERT INTO platform_clock AS clock (tenant_id, offset_seconds) VALUES ($1, $2)
ON CONFLICT (tenant_id) DO UPDATE SET offset_seconds = greatest(clock.offset_seconds, EXCLUDED.offset_seconds)
RETURNING offset_seconds
