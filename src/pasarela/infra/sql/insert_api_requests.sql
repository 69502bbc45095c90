-- Appends a batch of API calls to the request log. One array a column, in the columns' order. Nobody waits for the
-- disk: a log of calls may lose its last half second in a crash, as its buffer does; money never depends on it.
INSERT INTO api_requests (request_id, api, at, method, path, query, status, duration_us, tenant_id, account,
                          request_body, answer_body, error_code, rule, field, subject, client)
SELECT request_id::uuid, api, at, method, path, query, status, duration_us, tenant_id, account,
       request_body, answer_body, error_code, rule, field, subject, client
FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::smallint[],
            $8::integer[], $9::bigint[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
            $15::text[], $16::text[], $17::text[])
    AS c (request_id, api, at, method, path, query, status, duration_us, tenant_id, account,
          request_body, answer_body, error_code, rule, field, subject, client),
    (SELECT set_config('synchronous_commit', 'off', true)) AS lazily
