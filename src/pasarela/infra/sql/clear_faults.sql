-- Removes all faults.
DELETE FROM sandbox_faults RETURNING fault_id
