-- Takes back what the same transaction has counted. $1 tenants, $2 counters, $3 subjects, $4 buckets, $5 currencies,
-- $6 counts, $7 amounts
UPDATE risk_counters c SET count = c.count - back.count, amount_minor = c.amount_minor - back.amount_minor
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::bigint[], $7::bigint[])
    AS back (tenant_id, counter, subject, bucket, currency, count, amount_minor)
WHERE c.tenant_id = back.tenant_id AND c.counter = back.counter AND c.subject = back.subject
    AND c.bucket = back.bucket AND c.currency = back.currency
