-- Empties every table but those that say which schema and which database this is; sequences begin anew.
DO $$
DECLARE
    sequence regclass;
BEGIN
    EXECUTE (
        SELECT 'TRUNCATE ' || string_agg(format('%I.%I', schemaname, tablename), ', ') || ' CASCADE'
        FROM pg_tables
        WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'sandbox_state')
    );
    FOR sequence IN
        SELECT oid FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER SEQUENCE %s RESTART', sequence);
    END LOOP;
END
$$
