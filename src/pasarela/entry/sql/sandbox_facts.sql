-- Whose database this is: a sandbox's (and how far its demo data came), somebody else's, or nobody's yet.
SELECT
    (SELECT value FROM sandbox_state WHERE name = 'demo') AS demo,
    EXISTS (SELECT FROM tenants) AS has_tenants
