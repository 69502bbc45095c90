-- Where consumer $1 stands, locked until the transaction ends; no row while another worker has it.
SELECT xact, position FROM outbox_cursors WHERE consumer = $1 FOR UPDATE SKIP LOCKED
