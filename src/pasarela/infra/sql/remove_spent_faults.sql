-- Removes the faults that have hit as many messages as they were to.
DELETE FROM sandbox_faults WHERE remaining = 0
