-- Deletes items ($1 tenants, $2 kinds, $3 subjects) that are still leased as they were claimed ($4); leaves the others.
DELETE FROM due_work AS work
USING unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[]) AS done (tenant_id, kind, subject, leased_until)
WHERE (work.tenant_id, work.kind, work.subject, work.leased_until)
    = (done.tenant_id, done.kind, done.subject, done.leased_until)
