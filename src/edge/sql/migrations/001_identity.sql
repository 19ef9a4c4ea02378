-- Who may come in, and what they did. The marks in braces are edge/sql/migrate.h's.

-- Whose the rows are. Every other row of a tenant names it; there is none with the number 0.
CREATE TABLE tenants (
    id {id} CHECK (id > 0),
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    created_ns {int} NOT NULL,
    disabled_ns {int} -- since when nobody of it may come in; NULL: they may
) {strict};

CREATE TABLE roles (
    name TEXT PRIMARY KEY,
    rank {int} NOT NULL UNIQUE, -- a role may all that those of a lower rank may
    summary TEXT NOT NULL
) {strict};
INSERT INTO roles (name, rank, summary) VALUES
    ('viewer', 1, 'sees what the tenant has'),
    ('trader', 2, 'trades, and runs studies'),
    ('admin', 3, 'manages people, keys, limits and sessions');

CREATE TABLE users (
    id {id} CHECK (id > 0),
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL UNIQUE CHECK (name <> ''), -- what is typed at login, folded to lower case
    email TEXT,
    role TEXT NOT NULL REFERENCES roles (name),
    password_hash TEXT NOT NULL,
    password_changed_ns {int} NOT NULL,
    version {int} NOT NULL DEFAULT 1, -- tokens carry it: a change of role or password ends those before
    created_ns {int} NOT NULL,
    disabled_ns {int},
    failures {int} NOT NULL DEFAULT 0, -- of logins in a row
    locked_until_ns {int},
    last_login_ns {int},
    totp_secret {blob}, -- sealed
    totp_enabled_ns {int},
    totp_step {int}, -- the latest that was used: none is taken twice
    UNIQUE (tenant_id, id)
) {strict};

-- A login and the family of refresh tokens that came of it.
CREATE TABLE login_sessions (
    id {id},
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    user_id {int} NOT NULL,
    created_ns {int} NOT NULL,
    used_ns {int} NOT NULL,
    expires_ns {int} NOT NULL,
    ended_ns {int},
    end_reason TEXT,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    stepped_up_ns {int}, -- when the second factor was shown last
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
) {strict};
CREATE INDEX login_sessions_user ON login_sessions (user_id, created_ns);

CREATE TABLE refresh_tokens (
    token_hash {blob} PRIMARY KEY, -- SHA-256; the token itself is nowhere
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    session_id {int} NOT NULL,
    number {int} NOT NULL, -- within the family, from 1
    created_ns {int} NOT NULL,
    expires_ns {int} NOT NULL,
    used_ns {int}, -- consumed: another use ends the family
    UNIQUE (session_id, number),
    FOREIGN KEY (tenant_id, session_id) REFERENCES login_sessions (tenant_id, id) ON DELETE CASCADE
) {strict};
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_ns);

-- Access tokens that are refused before their time is over.
CREATE TABLE denied_tokens (
    token_id TEXT PRIMARY KEY,
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    expires_ns {int} NOT NULL
) {strict};
CREATE INDEX denied_tokens_expiry ON denied_tokens (expires_ns);

CREATE TABLE api_keys (
    id {id},
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    user_id {int} NOT NULL,
    public_id TEXT NOT NULL UNIQUE, -- what a request names
    secret_hash {blob}, -- SHA-256 of a bearer's secret
    secret_sealed {blob}, -- of a key that signs requests: the secret, encrypted
    name TEXT NOT NULL,
    scopes TEXT NOT NULL, -- separated by blanks
    ip_rules TEXT NOT NULL DEFAULT '', -- networks it may come from, separated by blanks; '': all
    created_ns {int} NOT NULL,
    expires_ns {int},
    used_ns {int},
    revoked_ns {int},
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
) {strict};
CREATE INDEX api_keys_user ON api_keys (user_id);

CREATE TABLE recovery_codes (
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    user_id {int} NOT NULL,
    code_hash {blob} NOT NULL,
    created_ns {int} NOT NULL,
    used_ns {int},
    PRIMARY KEY (user_id, code_hash),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
) {strict};

-- Each row's digest covers the one before of the same tenant. Rows are added, never changed or removed.
CREATE TABLE audit (
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    seq {int} NOT NULL CHECK (seq > 0), -- gapless from 1
    ts_ns {int} NOT NULL,
    actor TEXT NOT NULL, -- "user:7", "key:3", "system"
    action TEXT NOT NULL, -- "order.place"
    object TEXT NOT NULL,
    outcome TEXT NOT NULL,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    detail TEXT NOT NULL, -- JSON
    previous {blob} NOT NULL,
    digest {blob} NOT NULL,
    PRIMARY KEY (tenant_id, seq)
) {strict};
CREATE INDEX audit_time ON audit (tenant_id, ts_ns);

-- Answers that were given, by the key that the client chose.
CREATE TABLE idempotency_keys (
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash {blob} NOT NULL,
    created_ns {int} NOT NULL,
    expires_ns {int} NOT NULL,
    status {int}, -- NULL: it is still being answered
    content_type TEXT,
    response {blob},
    PRIMARY KEY (tenant_id, actor, key)
) {strict};
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_ns);

--@sqlite
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are never removed'); END;
--@postgres
CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit rows are never changed or removed' USING ERRCODE = 'check_violation'; END $$;
CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_keep();
CREATE TRIGGER audit_keep_all BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
--@all
