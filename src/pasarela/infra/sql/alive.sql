-- Whether the connection still is one.
SELECT true
