-- Orders a fault: $1 id, $2 target, $3 mode, $4 probability, $5 how often (null: always), $6 after how many, $7 instant.
INSERT INTO sandbox_faults (fault_id, target, mode, probability, remaining, skip, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
