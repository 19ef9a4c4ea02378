// SPDX-License-Identifier: Apache-2.0
// What identity costs a request: the token is verified against what is known of its user, the route's rule is judged,
// two rate limits are counted (the tenant's and the route's), and an entry of the audit is queued. A hundred users, one
// token each, in turn. The audit's thread writes to SQLite meanwhile, as it does in a server.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "bench.h"
#include "edge/auth/access.h"
#include "edge/auth/audit_writer.h"
#include "edge/auth/auth.h"
#include "edge/auth/password.h"
#include "edge/auth/rate_limit.h"
#include "edge/auth/session.h"
#include "edge/auth/user.h"
#include "edge/sql/migrate.h"

enum { USERS = 100, SAMPLES = 30, REQUESTS = 2000, QUEUE = 1 << 18, LIMITED = 1 << 16 };

struct desk {
    struct secrets secrets;
    struct sql *sql;
    struct auth *auth;
    struct audit_writer *writer;
    struct rate_limiter *limiter;
    struct rate_rules rules;
    struct auth_caller caller;
    int64_t tenant;
    struct session_tokens tokens[USERS];
    uint64_t allowed, refused;
};

static int add_users(struct desk *desk) {
    TRY(tenant_create(desk->auth, desk->sql, NULL, "bench", &desk->caller, &desk->tenant));
    for (int i = 0; i < USERS; i++) {
        char name[16];
        int64_t id;
        snprintf(name, sizeof name, "user%d", i);
        struct user_new user = {desk->tenant, name, "", ROLE_TRADER, "tulip-anvil-cobalt", 18};
        TRY(user_create(desk->auth, desk->sql, NULL, &user, &desk->caller, &id));
        TRY(session_begin(desk->auth, desk->sql, id, true, &desk->caller, &desk->tokens[i]));
    }
    return 0;
}

static int open_desk(struct desk *desk) {
    char url[4096], path[4096];
    bool made;
    struct migrate_state ignored;
    snprintf(path, sizeof path, "%s/secrets", bench_directory());
    snprintf(url, sizeof url, "sqlite:%s/security.db", bench_directory());
    desk->caller = (struct auth_caller){.agent = "bench", .request_id = "", .now_ns = sql_now_ns()};
    TRY(ip_parse("192.0.2.7", 9, &desk->caller.address));
    TRY(secrets_open(path, &desk->secrets, &made));
    TRY(sql_open(url, NULL, &desk->sql));
    TRY(migrate(desk->sql, migrations(), &ignored));
    struct auth_options options = {.secrets = &desk->secrets, .password_cost = PASSWORD_COST_MIN};
    TRY(auth_open(&options, &desk->auth));
    TRY(add_users(desk));
    TRY(audit_writer_open(url, &desk->secrets.audit, QUEUE, &desk->writer));
    rate_rules_init(&desk->rules);
    TRY(rate_rules_change(&desk->rules, "trading=60000/1s"));
    TRY(rate_rules_change(&desk->rules, "tenant=60000/1s"));
    return rate_limiter_open(LIMITED, &desk->limiter);
}

static void close_desk(struct desk *desk) {
    audit_writer_close(desk->writer, 60 * NS_PER_S, NULL);
    rate_limiter_close(desk->limiter);
    auth_close(desk->auth);
    sql_close(desk->sql);
}

static int request(struct desk *desk, const char *token, int64_t now_ns) {
    static const struct route_rule rule = {
        .min_role = ROLE_TRADER, .scopes = SCOPE_TRADE, .second_factor = true};
    struct principal who;
    const char *reason;
    char actor[32];
    if (auth_bearer(desk->auth, token, strlen(token), &desk->caller.address, now_ns, &who,
                    &reason) != AUTH_KNOWN ||
        access_check(&rule, &who, now_ns) != ACCESS_ALLOW ||
        access_object(&who, (struct access_owner){desk->tenant, 0}) != ACCESS_ALLOW)
        return 0;
    const struct rate_rule *tenant = rate_rules_find(&desk->rules, "tenant"),
                           *route = rate_rules_find(&desk->rules, "trading");
    if (!rate_take_request(desk->limiter, tenant, &who, &desk->caller.address, now_ns).allowed ||
        !rate_take_request(desk->limiter, route, &who, &desk->caller.address, now_ns).allowed)
        return 0;
    snprintf(actor, sizeof actor, "user:%" PRId64, who.user_id);
    struct audit_entry entry = {
        who.tenant_id, now_ns,       actor,
        "order.place", "order:1",    "done",
        "192.0.2.7",   "01J9ZQ5V9K", "{\"symbol\":\"XUSDT\",\"qty\":\"5\"}"};
    return audit_write(desk->writer, &entry) == 0;
}

// A token of which a letter is another one never passes.
static void forge(struct desk *desk) {
    for (int i = 0; i < USERS; i++) {
        char token[TOKEN_TEXT_SIZE];
        memcpy(token, desk->tokens[i].access, sizeof token);
        size_t at = strlen(token) - 2 - (size_t)i;
        token[at] = token[at] == 'x' ? 'y' : 'x';
        desk->refused += request(desk, token, desk->caller.now_ns) == 0;
    }
}

static int measure(struct desk *desk, struct bench_row *row) {
    for (int s = 0; s <= SAMPLES; s++) {
        uint64_t passed = 0;
        double start = bench_now();
        for (int i = 0; i < REQUESTS; i++)
            passed += (uint64_t)request(desk, desk->tokens[i % USERS].access,
                                        desk->caller.now_ns + s * NS_PER_S + i * 1000);
        double seconds = bench_now() - start;
        desk->allowed += passed;
        if (!audit_writer_flush(desk->writer, 60 * NS_PER_S)) return -1;
        if (s > 0) row->samples[row->count++] = seconds / REQUESTS * 1e6;
    }
    forge(desk);
    struct audit_head head;
    TRY(audit_verify(desk->sql, &desk->secrets.audit, desk->tenant, NULL, NULL, &head));
    int64_t wanted = 1 + 2 * USERS + (int64_t)(SAMPLES + 1) * REQUESTS;
    bool good = desk->allowed == (uint64_t)(SAMPLES + 1) * REQUESTS && desk->refused == USERS &&
                head.seq == wanted;
    snprintf(row->result_check, sizeof row->result_check,
             "%" PRIu64 " of %d requests pass, %" PRIu64
             " of %d forged ones do not; the audit's chain of %" PRId64 " rows is whole",
             desk->allowed, (SAMPLES + 1) * REQUESTS, desk->refused, USERS, head.seq);
    return good ? 0 : BENCH_DIFFERS;
}

static int run(struct bench_row *row) {
    static struct desk desk;
    uint8_t digest[SHA256_SIZE];
    row->unit = "us";
    int rc = open_desk(&desk);
    sha256("a hundred users, a token each", 29, digest);
    sha256_print(row->input_sha256, digest);
    if (rc == 0) rc = measure(&desk, row);
    if (rc < 0) fprintf(stderr, "security_overhead: %s\n", err_story());
    close_desk(&desk);
    return rc;
}

const struct bench bench_security_overhead = {
    .name = "security_overhead",
    .summary = "Token, access, two rate limits and an entry of the audit, for one request.",
    .run = run,
};
