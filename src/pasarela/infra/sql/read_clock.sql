-- How far platform time (tenant 0) and the time of single tenants run ahead.
SELECT tenant_id, offset_seconds FROM platform_clock
