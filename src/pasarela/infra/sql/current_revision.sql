-- The revision that the schema stands at; fails with undefined_table on an empty database.
SELECT version_num FROM alembic_version
