-- One API call with its bodies. $1 request id.
SELECT request_id, api, tenant_id, account, at, method, path, query, status, duration_us, request_body, answer_body,
       error_code, rule, field, subject, client
FROM api_requests
WHERE request_id = $1
