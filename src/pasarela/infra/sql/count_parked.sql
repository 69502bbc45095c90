-- How much work is parked, by kind.
SELECT kind, count(*) AS number FROM due_work WHERE parked_at IS NOT NULL GROUP BY kind ORDER BY kind
