-- What a sandbox remembers about itself. Empty in production, and a sign that a database with a row may be emptied.
CREATE TABLE sandbox_state (
    name text PRIMARY KEY,
    value text NOT NULL
);
GRANT SELECT ON sandbox_state TO pasarela_operator;
