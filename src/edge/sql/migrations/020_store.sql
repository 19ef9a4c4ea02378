-- What is known of the journal that a session's rows came from, and the roles that a server works as. The marks in
-- braces are edge/sql/migrate.h's.

ALTER TABLE projections ADD COLUMN digest TEXT NOT NULL DEFAULT ''; -- of the records that are in; '': of none
ALTER TABLE projections ADD COLUMN refused {int} NOT NULL DEFAULT 0; -- bookings among them that the ledger refused
CREATE INDEX fills_time ON fills (session_id, ts_ns);

-- PostgreSQL: a server's connections work as one of three roles, none of which owns a table or is above row security.
--   fulmar_api    answers requests: sees one tenant, the one that app.tenant names
--   fulmar_store  takes journals in: writes the tables of trading, of one tenant at a time
--   fulmar_auth   knows people: of one tenant where app.tenant names one, of all where it names none (who logs in has
--                 no tenant yet)
--@postgres
DO $$ DECLARE one TEXT; BEGIN
    FOREACH one IN ARRAY ARRAY['fulmar_store', 'fulmar_auth'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = one) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOBYPASSRLS', one);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of the cluster made it just now
        END;
        EXECUTE format('GRANT %I TO %I', one, current_user);
    END LOOP;
END $$;

DO $$ DECLARE one TEXT; BEGIN
    FOREACH one IN ARRAY ARRAY['trading_sessions', 'projections', 'session_instruments', 'strategies', 'orders', 'fills',
                               'positions', 'equity', 'risk_events', 'runs'] LOOP
        EXECUTE format('CREATE POLICY store_tenant ON %I TO fulmar_store USING (tenant_id = current_tenant())'
                       ' WITH CHECK (tenant_id = current_tenant())', one);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO fulmar_store', one);
    END LOOP;
    FOREACH one IN ARRAY ARRAY['users', 'login_sessions', 'refresh_tokens', 'denied_tokens', 'api_keys', 'recovery_codes',
                               'audit', 'audit_heads', 'idempotency_keys', 'identity_changes'] LOOP
        EXECUTE format('CREATE POLICY auth_tenant ON %I TO fulmar_auth'
                       ' USING (current_tenant() IS NULL OR tenant_id = current_tenant())'
                       ' WITH CHECK (current_tenant() IS NULL OR tenant_id = current_tenant())', one);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO fulmar_auth', one);
    END LOOP;
END $$;
CREATE POLICY store_tenant ON tenants TO fulmar_store USING (id = current_tenant());
CREATE POLICY auth_tenant ON tenants TO fulmar_auth USING (current_tenant() IS NULL OR id = current_tenant())
    WITH CHECK (current_tenant() IS NULL OR id = current_tenant());

GRANT USAGE ON SCHEMA public TO fulmar_store, fulmar_auth;
GRANT SELECT ON tenants TO fulmar_store;
GRANT SELECT, INSERT, UPDATE ON tenants TO fulmar_auth;
GRANT SELECT ON roles, schema_migrations TO fulmar_auth;
REVOKE UPDATE, DELETE ON audit FROM fulmar_auth;
REVOKE DELETE ON audit_heads FROM fulmar_auth;
--@all
