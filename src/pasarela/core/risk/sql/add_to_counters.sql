-- Counts sales and answers what the windows held before: the row counted in, as it is now without what is added, and
-- the rest of the 24 hours. Sorted by the caller, so that two batches can't wait for each other; each row at most
-- once. $1 tenants, $2 counters, $3 subjects, $4 buckets, $5 currencies, $6 counts, $7 amounts
WITH asked AS (
    SELECT *
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::bigint[], $7::bigint[])
        WITH ORDINALITY AS asked (tenant_id, counter, subject, bucket, currency, count, amount_minor, n)
), added AS (
    INSERT INTO risk_counters AS c (tenant_id, counter, subject, bucket, currency, count, amount_minor)
    SELECT tenant_id, counter, subject, bucket, currency, count, amount_minor FROM asked ORDER BY n
    ON CONFLICT (tenant_id, counter, subject, bucket, currency) DO UPDATE
        SET count = c.count + excluded.count, amount_minor = c.amount_minor + excluded.amount_minor
    RETURNING c.tenant_id, c.counter, c.subject, c.bucket, c.currency, c.count, c.amount_minor
)
SELECT asked.n,
       added.count - asked.count + rest.count AS count,
       added.amount_minor - asked.amount_minor + rest.amount_minor AS amount_minor
FROM asked
JOIN added ON added.tenant_id = asked.tenant_id AND added.counter = asked.counter AND added.subject = asked.subject
    AND added.bucket = asked.bucket AND added.currency = asked.currency
CROSS JOIN LATERAL (
    SELECT coalesce(sum(c.count), 0)::bigint AS count,
           coalesce(sum(c.amount_minor) FILTER (WHERE c.currency = asked.currency), 0)::bigint AS amount_minor
    FROM risk_counters c
    WHERE c.tenant_id = asked.tenant_id AND c.counter = asked.counter AND c.subject = asked.subject
        AND c.bucket > asked.bucket - interval '24 hours' AND c.bucket <= asked.bucket
        AND (c.bucket <> asked.bucket OR c.currency <> asked.currency)
) AS rest
