-- Adds a fault.
INSERT INTO sandbox_faults (fault_id, target, mode, probability, remaining, skip, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
