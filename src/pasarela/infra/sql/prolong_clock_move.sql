-- Keeps all workers stopped until $1 (real time).
UPDATE platform_clock SET moving_until = $1 WHERE tenant_id = 0
