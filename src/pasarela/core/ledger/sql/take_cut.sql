-- Which transactions have ended by now, as text; the caller's own has not. (PostgreSQL leaves it out of the list of
-- those under way, since a transaction sees what it wrote itself: here it must stand there like any other.)
WITH now AS (
    SELECT pg_current_snapshot() AS seen, pg_current_xact_id_if_assigned() AS own
), under_way AS (
    SELECT pg_snapshot_xip(seen) AS xact FROM now
    UNION
    SELECT own FROM now WHERE own < pg_snapshot_xmax(seen)
)
SELECT concat(pg_snapshot_xmin(seen), ':', pg_snapshot_xmax(seen), ':',
              (SELECT string_agg(xact::text, ',' ORDER BY xact) FROM under_way))
FROM now
