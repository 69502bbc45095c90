-- Takes away everything in the schema, for a start from an empty database.
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
