-- All faults, the oldest first.
SELECT fault_id, target, mode, probability, remaining, skip, created_at
FROM sandbox_faults
ORDER BY created_at, fault_id
