-- Takes off what happened to faults $1: $2 messages hit by each, $3 let pass by each.
UPDATE sandbox_faults AS fault
SET remaining = greatest(fault.remaining - used.hits, 0), skip = greatest(fault.skip - used.passes, 0)
FROM unnest($1::text[], $2::integer[], $3::integer[]) AS used (fault_id, hits, passes)
WHERE fault.fault_id = used.fault_id
