-- The three roles that requests run under (see infra/database.py), and the tool that fences tenants off.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['pasarela_app', 'pasarela_batch', 'pasarela_operator'] LOOP
        -- Roles belong to the whole server: another database of ours, or an administrator, may have made them.
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- somebody was quicker
            END;
        END IF;
        -- Who was made a member by an administrator may not grant, and need not.
        IF NOT pg_has_role(current_user, wanted,
                           CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
        THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
        END IF;
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
