-- Notes that a worker was at work at $1 (real time).
INSERT INTO sweep_marks AS mark (sweep, swept_to) VALUES ('worker', $1)
ON CONFLICT (sweep) DO UPDATE SET swept_to = greatest(mark.swept_to, EXCLUDED.swept_to)
