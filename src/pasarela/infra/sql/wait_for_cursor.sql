-- Where consumer $1 stands, locked until the transaction ends, after waiting for a worker that has it.
SELECT xact, position FROM outbox_cursors WHERE consumer = $1 FOR UPDATE
