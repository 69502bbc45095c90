-- Notes how far the demo data have come: $1 is `begun` or `complete`.
INSERT INTO sandbox_state (name, value) VALUES ('demo', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value
