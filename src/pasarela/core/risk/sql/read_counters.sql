-- What the 24 hours that end with each bucket hold: sales of any currency, and the amount of those in the one asked.
-- $1 tenants, $2 counters, $3 subjects, $4 buckets, $5 currencies
SELECT asked.n, held.count, held.amount_minor
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
    WITH ORDINALITY AS asked (tenant_id, counter, subject, bucket, currency, n)
CROSS JOIN LATERAL (
    SELECT coalesce(sum(c.count), 0)::bigint AS count,
           coalesce(sum(c.amount_minor) FILTER (WHERE c.currency = asked.currency), 0)::bigint AS amount_minor
    FROM risk_counters c
    WHERE c.tenant_id = asked.tenant_id AND c.counter = asked.counter AND c.subject = asked.subject
        AND c.bucket > asked.bucket - interval '24 hours' AND c.bucket <= asked.bucket
) AS held
