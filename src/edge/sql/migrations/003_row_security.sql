-- PostgreSQL: the role that answers requests sees the rows of one tenant, the one that app.tenant names, whatever the
-- statement says. The owner, who migrates, logs people in and takes journals in, sees all.
--@postgres
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fulmar_api') THEN
        CREATE ROLE fulmar_api NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOBYPASSRLS;
    END IF;
    EXECUTE format('GRANT fulmar_api TO %I', current_user);
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of the cluster made it just now
END $$;

CREATE FUNCTION current_tenant() RETURNS BIGINT LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.tenant', true), '')::BIGINT $$;

DO $$ DECLARE one TEXT; BEGIN
    FOR one IN SELECT c.table_name FROM information_schema.columns c
               JOIN information_schema.tables t USING (table_schema, table_name)
               WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id' AND t.table_type = 'BASE TABLE'
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY one_tenant ON %I TO fulmar_api USING (tenant_id = current_tenant())'
                       ' WITH CHECK (tenant_id = current_tenant())', one);
    END LOOP;
END $$;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON tenants TO fulmar_api USING (id = current_tenant());

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO fulmar_api;
GRANT SELECT ON tenants, roles, instruments, trading_sessions, projections, session_instruments, strategies, orders,
    fills, positions, equity, risk_events TO fulmar_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON runs, idempotency_keys TO fulmar_api;
GRANT SELECT, INSERT ON audit TO fulmar_api;
GRANT SELECT (id, tenant_id, name, email, role, created_ns, disabled_ns, locked_until_ns, last_login_ns,
              totp_enabled_ns) ON users TO fulmar_api;
GRANT SELECT (id, tenant_id, user_id, created_ns, used_ns, expires_ns, ended_ns, end_reason, address, agent)
    ON login_sessions TO fulmar_api;
GRANT SELECT (id, tenant_id, user_id, public_id, name, scopes, ip_rules, created_ns, expires_ns, used_ns, revoked_ns)
    ON api_keys TO fulmar_api;
--@all
