-- Removes the stores that a list lacks, and counts them. $1 the ids in the list
WITH removed AS (DELETE FROM stores WHERE NOT store_id = ANY ($1::bigint[]) RETURNING 1)
SELECT count(*) FROM removed
