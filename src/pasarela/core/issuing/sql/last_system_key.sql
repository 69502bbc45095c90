-- The number of the newest system key; 0 when there is none.
SELECT coalesce(max(key_number), 0) FROM issuing_system_keys
