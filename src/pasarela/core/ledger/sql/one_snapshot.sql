-- All that follows in this transaction sees one and the same instant, and changes nothing.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY
