-- What logins and the audit need besides. The marks in braces are edge/sql/migrate.h's.

ALTER TABLE login_sessions ADD COLUMN second_factor {int} NOT NULL DEFAULT 0; -- shown at this login

-- Who has changed, for the processes that keep what they know of people in memory.
CREATE TABLE identity_changes (
    id {id},
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    user_id {int} NOT NULL,
    at_ns {int} NOT NULL
) {strict};
CREATE INDEX identity_changes_time ON identity_changes (at_ns);

-- The end of each tenant's chain, so that rows that were cut off are missed; `seal` is a MAC that the database alone
-- cannot make.
CREATE TABLE audit_heads (
    tenant_id {int} PRIMARY KEY REFERENCES tenants (id),
    seq {int} NOT NULL,
    digest {blob} NOT NULL,
    seal {blob} NOT NULL
) {strict};

--@postgres
ALTER TABLE identity_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON identity_changes TO fulmar_api USING (tenant_id = current_tenant())
    WITH CHECK (tenant_id = current_tenant());
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_tenant ON audit_heads TO fulmar_api USING (tenant_id = current_tenant())
    WITH CHECK (tenant_id = current_tenant());
GRANT SELECT ON audit_heads TO fulmar_api;
--@all
