-- The three roles that requests run under (see infra/database.py), and the tool that fences tenants off.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['pasarela_app', 'pasarela_batch', 'pasarela_operator'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- roles belong to the whole server: another database of ours made it
        END;
        EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', wanted);
    END LOOP;
END
$$;

-- Fences every table that has a tenant_id: the app role sees one tenant, the other two see all.
CREATE FUNCTION pasarela_fence_tenants() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    fenced regclass;
BEGIN
    FOR fenced IN
        SELECT a.attrelid
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        WHERE a.attname = 'tenant_id' AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
          AND NOT c.relrowsecurity
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', fenced);
        EXECUTE format(
            'CREATE POLICY one_tenant ON %s TO pasarela_app '
            'USING (tenant_id = current_setting(''pasarela.tenant'')::bigint) '
            'WITH CHECK (tenant_id = current_setting(''pasarela.tenant'')::bigint)', fenced);
        EXECUTE format(
            'CREATE POLICY all_tenants ON %s TO pasarela_batch, pasarela_operator USING (true) WITH CHECK (true)',
            fenced);
    END LOOP;
END
$$;
