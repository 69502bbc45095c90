-- Takes all faults back.
DELETE FROM sandbox_faults RETURNING fault_id
