-- API calls, newest first. $1 API, $2 account, $3 status, $4 first digit of the status, $5 before, $6 at most.
SELECT request_id, api, tenant_id, account, at, method, path, query, status, duration_us, error_code, subject, client
FROM api_requests
WHERE ($1::text IS NULL OR api = $1)
  AND ($2::text IS NULL OR account = $2)
  AND ($3::int IS NULL OR status = $3)
  AND ($4::int IS NULL OR status / 100 = $4)
  AND ($5::timestamptz IS NULL OR at < $5)
ORDER BY at DESC, request_id DESC
LIMIT $6
