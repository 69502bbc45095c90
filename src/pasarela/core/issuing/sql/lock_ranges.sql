-- Lets nobody else add a range until the transaction ends: that none overlaps, no constraint can say.
SELECT pg_advisory_xact_lock(hashtext('issuing_ranges'))
