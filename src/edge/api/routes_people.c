// SPDX-License-Identifier: Apache-2.0
// People of a tenant, their keys, and the audit of what was done.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jout.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/routes.h"
#include "edge/auth/key_store.h"
#include "edge/auth/password_policy.h"
#include "edge/auth/session.h"
#include "edge/auth/user.h"

#define PEOPLE_ROUTE(method_, id_, path_, summary_, role_, scope_, rate_, status_, flags_,         \
                     request_, response_, ...)                                                     \
    const struct route route_##id_ = {.method = (method_),                                         \
                                      .path = "/api/v1" path_,                                     \
                                      .id = #id_,                                                  \
                                      .tag = "People",                                             \
                                      .summary = (summary_),                                       \
                                      .role = (role_),                                             \
                                      .scope = (scope_),                                           \
                                      .rate = (rate_),                                             \
                                      .flags = (flags_),                                           \
                                      .request = (request_),                                       \
                                      .response = (response_),                                     \
                                      .status = (status_),                                         \
                                      .handle = id_,                                               \
                                      __VA_ARGS__}

static const struct field user_fields[] = {
    {"user", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Number."},
    {"name", FIELD_STRING, FIELD_REQUIRED, .help = "What it logs in by."},
    {"email", FIELD_STRING, FIELD_REQUIRED, .max = 400, .help = "Empty: none."},
    {"role", FIELD_STRING, FIELD_REQUIRED, .choices = "viewer|trader|admin",
     .help = "What it may."},
    {"created", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "When it was made."},
    {"disabled", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "Since when it may not come in."},
    {"last_login", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "When it last did."},
    {"factor_set", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "Since when it has a second factor."},
};
static OBJECT(user_object, "User", user_fields, "Somebody of the tenant.");
static const struct field users_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &user_object, .items = 100000,
     .help = "All."},
};
static OBJECT(users_object, "Users", users_fields, "The people of the tenant.");

static void print_number(const char *key, int64_t number, struct text *out) {
    jout_key(out, key);
    text_printf(out, "\"%" PRId64 "\"", number);
}

static int print_user(void *self, const struct user_row *row) {
    struct text *out = self;
    jout_object(out);
    print_number("user", row->id, out);
    jout_key_string(out, "name", row->name);
    jout_key_string(out, "email", row->email);
    jout_key_string(out, "role", role_name(row->role));
    jout_key_time(out, "created", row->created_ns);
    jout_key_time(out, "disabled", row->disabled_ns);
    jout_key_time(out, "last_login", row->last_login_ns);
    jout_key_time(out, "factor_set", row->factor_set_ns);
    jout_end_object(out);
    return 0;
}

static void open_items(struct text *out) {
    jout_object(out);
    jout_key(out, "items");
    jout_array(out);
}

static void end_items(struct text *out) {
    jout_end_array(out);
    jout_end_object(out);
}

static int list_users(struct call *call) {
    struct sql *sql;
    struct user_visitor visitor = {print_user, &call->out};
    TRY(api_sql(call, &sql));
    open_items(&call->out);
    TRY(user_list(sql, call->principal.tenant_id, &visitor));
    end_items(&call->out);
    return 0;
}
PEOPLE_ROUTE("GET", list_users, "/users", "The people of the tenant.", ROUTE_ADMIN, "admin", "read",
             200, ROUTE_WORKER, NULL, &users_object, .query = NULL);

static int64_t user_param(const struct call *call) {
    return strtoll(call_param(call, "user"), NULL, 10);
}

static int print_one(struct call *call, struct sql *sql, int64_t id) {
    struct user_visitor visitor = {print_user, &call->out};
    return user_get(sql, call->principal.tenant_id, id, &visitor);
}

static int get_user(struct call *call) {
    struct sql *sql;
    TRY(api_sql(call, &sql));
    return print_one(call, sql, user_param(call));
}
PEOPLE_ROUTE("GET", get_user, "/users/{user}", "Somebody.", ROUTE_ADMIN, "admin", "read", 200,
             ROUTE_WORKER, NULL, &user_object, .query = NULL);

static const struct field new_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_user, .help = "What it logs in by."},
    {"email", FIELD_STRING, 0, .form = &form_line, .max = 254, .example = "\"ada@example.com\"",
     .help = "None."},
    {"role", FIELD_STRING, FIELD_REQUIRED, .choices = "viewer|trader|admin",
     .help = "What it may."},
    {"password", FIELD_STRING, FIELD_REQUIRED | FIELD_SECRET, .min = PASSWORD_CHARS_MIN,
     .max = PASSWORD_BYTES_MAX, .example = "\"nine wrens at the weir\"",
     .help = "At least 8 characters; none that is known to be common."},
};
static OBJECT(new_object, "NewUser", new_fields, "Somebody new.");

static int make_user(struct call *call) {
    struct sql *sql;
    struct auth_caller caller = api_auth_caller(call);
    const char *role = call_text(call, "role"), *password = call_text(call, "password");
    char location[64];
    int64_t id;
    struct user_new user = {.tenant_id = call->principal.tenant_id,
                            .name = call_text(call, "name"),
                            .email = call_text(call, "email"),
                            .role = (enum role)role_find(role, strlen(role)),
                            .password = password,
                            .password_len = strlen(password)};
    TRY(api_sql(call, &sql));
    TRY(user_create(call->api->options.auth, sql, &call->principal, &user, &caller, &id));
    snprintf(location, sizeof location, "/api/v1/users/%" PRId64, id);
    call_header(call, "Location", location);
    return print_one(call, sql, id);
}
PEOPLE_ROUTE("POST", make_user, "/users", "Makes somebody.", ROUTE_ADMIN, "admin", "admin", 201,
             ROUTE_PASSWORD | ROUTE_STEP_UP | ROUTE_CONFLICT | ROUTE_NO_STORE, &new_object,
             &user_object, .query = NULL);

static const struct field change_fields[] = {
    {"role", FIELD_STRING, 0, .choices = "viewer|trader|admin", .help = "What it may from now on."},
    {"disabled", FIELD_BOOLEAN, 0, .example = "false", .help = "Whether it may come in."},
};
static OBJECT(change_object, "UserChange", change_fields, "What is to be another.");

static int change_user(struct call *call) {
    struct sql *sql;
    struct auth_caller caller = api_auth_caller(call);
    const struct principal *who = &call->principal;
    struct auth *auth = call->api->options.auth;
    const char *role = call_text(call, "role");
    int64_t id = user_param(call);
    TRY(api_sql(call, &sql));
    if (role[0] != '\0')
        TRY(user_set_role(auth, sql, who, who->tenant_id, id,
                          (enum role)role_find(role, strlen(role)), &caller));
    if (call_member(call, "disabled") != NULL)
        TRY(user_set_disabled(auth, sql, who, who->tenant_id, id,
                              call_bool(call, "disabled", false), &caller));
    return print_one(call, sql, id);
}
PEOPLE_ROUTE("PATCH", change_user, "/users/{user}", "Changes what somebody may; at once.",
             ROUTE_ADMIN, "admin", "admin", 200,
             ROUTE_WORKER | ROUTE_STEP_UP | ROUTE_CONFLICT | ROUTE_NO_STORE, &change_object,
             &user_object, .query = NULL);

static const struct field reset_fields[] = {
    {"password", FIELD_STRING, FIELD_REQUIRED | FIELD_SECRET, .min = PASSWORD_CHARS_MIN,
     .max = PASSWORD_BYTES_MAX, .example = "\"nine wrens at the weir\"",
     .help = "The new one; all its logins end."},
    {"forget_factor", FIELD_BOOLEAN, 0, .example = "false",
     .help = "Takes the second factor away, too."},
};
static OBJECT(reset_object, "PasswordReset", reset_fields, "A password given by an admin.");

static int reset_user(struct call *call) {
    struct sql *sql;
    struct auth_caller caller = api_auth_caller(call);
    const char *password = call_text(call, "password");
    TRY(api_sql(call, &sql));
    return user_reset(call->api->options.auth, sql, &call->principal, call->principal.tenant_id,
                      user_param(call), password, strlen(password),
                      call_bool(call, "forget_factor", false), &caller);
}
PEOPLE_ROUTE("POST", reset_user, "/users/{user}/reset", "Gives somebody a new password.",
             ROUTE_ADMIN, "admin", "admin", 204,
             ROUTE_PASSWORD | ROUTE_STEP_UP | ROUTE_CONFLICT | ROUTE_NO_STORE, &reset_object, NULL,
             .query = NULL);

static int end_logins(struct call *call) {
    struct sql *sql;
    struct auth_caller caller = api_auth_caller(call);
    TRY(api_sql(call, &sql));
    int rc = session_end_all(call->api->options.auth, sql, &call->principal, user_param(call), 0,
                             &caller);
    return rc < 0 ? rc : 0;
}
PEOPLE_ROUTE("DELETE", end_logins, "/users/{user}/logins", "Ends all logins of somebody.",
             ROUTE_ADMIN, "admin", "admin", 204, ROUTE_WORKER | ROUTE_STEP_UP | ROUTE_NO_STORE,
             NULL, NULL, .query = NULL);

static const struct field key_fields[] = {
    {"key", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Number."},
    {"user", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Whose it is."},
    {"public_id", FIELD_STRING, FIELD_REQUIRED, .help = "Its id, as requests have it."},
    {"name", FIELD_STRING, FIELD_REQUIRED, .max = 400, .help = "For people."},
    {"scopes", FIELD_STRING, FIELD_REQUIRED, .help = "What it may."},
    {"from", FIELD_STRING, FIELD_REQUIRED, .max = 4000,
     .help = "Networks that it may come from; empty: any."},
    {"signing", FIELD_BOOLEAN, FIELD_REQUIRED, .help = "It signs its requests, and is never sent."},
    {"created", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "When it was made."},
    {"expires", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "When it ends."},
    {"revoked", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "When it was taken back."},
};
static OBJECT(key_object, "ApiKey", key_fields, "An API key, without its secret.");
static const struct field keys_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &key_object, .items = 100000,
     .help = "All."},
};
static OBJECT(keys_object, "ApiKeys", keys_fields, "API keys.");

static int print_key(void *self, const struct key_row *row) {
    struct text *out = self;
    jout_object(out);
    print_number("key", row->id, out);
    print_number("user", row->user_id, out);
    jout_key_string(out, "public_id", row->public_id);
    jout_key_string(out, "name", row->name);
    jout_key_string(out, "scopes", row->scopes);
    jout_key_string(out, "from", row->from != NULL ? row->from : "");
    jout_key_bool(out, "signing", row->is_signing);
    jout_key_time(out, "created", row->created_ns);
    jout_key_time(out, "expires", row->expires_ns);
    jout_key_time(out, "revoked", row->revoked_ns);
    jout_end_object(out);
    return 0;
}

static const struct field keys_query[] = {
    {"all", FIELD_BOOLEAN, 0, .help = "Those of the whole tenant; for admins."},
};

static int list_keys(struct call *call) {
    struct sql *sql;
    struct key_visitor visitor = {print_key, &call->out};
    const struct principal *who = &call->principal;
    bool all = call_query_bool(call, "all", false) && access_is_admin(who);
    TRY(api_sql(call, &sql));
    open_items(&call->out);
    TRY(key_list(sql, who->tenant_id, all ? 0 : who->user_id, &visitor));
    end_items(&call->out);
    return 0;
}
PEOPLE_ROUTE("GET", list_keys, "/keys", "One's own API keys.", ROUTE_VIEWER, "read", "read", 200,
             ROUTE_WORKER | ROUTE_NO_KEY, NULL, &keys_object, ROUTE_QUERY(keys_query));

static const struct field new_key_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_line, .min = 1, .max = API_KEY_NAME_MAX,
     .example = "\"dashboard\"", .help = "For people."},
    {"scopes", FIELD_STRING, FIELD_REQUIRED | FIELD_LIST, .choices = "read|trade|run|risk|admin",
     .items = SCOPE_COUNT, .help = "Some of the user's."},
    {"signing", FIELD_BOOLEAN, 0, .example = "true",
     .help = "It signs its requests; what trades or administers has to, or to name networks."},
    {"from", FIELD_STRING, 0, .form = &form_line, .max = 2000, .example = "\"127.0.0.1\"",
     .help = "Networks that it may come from, with blanks between; any."},
    {"expires", FIELD_STRING, 0, .form = &form_time, .example = "\"2030-01-01T00:00:00Z\"",
     .help = "Never."},
};
static OBJECT(new_key_object, "NewApiKey", new_key_fields, "A key to be made.");
static const struct field made_key_fields[] = {
    {"key", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Number."},
    {"text", FIELD_STRING, FIELD_REQUIRED, .max = API_KEY_TEXT_SIZE,
     .help = "The key itself: shown this once."},
};
static OBJECT(made_key_object, "ApiKeyMade", made_key_fields, "A key that was made.");

static int read_scopes(const struct call *call, uint32_t *ret_scopes) {
    size_t i;
    json_t *word;
    *ret_scopes = 0;
    json_array_foreach(call_member(call, "scopes"), i, word) {
        uint32_t one;
        TRY(scope_parse(json_string_value(word), json_string_length(word), &one));
        *ret_scopes |= one;
    }
    return 0;
}

static int make_key(struct call *call) {
    struct sql *sql;
    struct auth_caller caller = api_auth_caller(call);
    const char *expires = call_text(call, "expires");
    char text[API_KEY_TEXT_SIZE];
    int64_t id;
    struct key_new key = {.name = call_text(call, "name"),
                          .is_signing = call_bool(call, "signing", false),
                          .from = call_text(call, "from")};
    TRY(read_scopes(call, &key.scopes));
    if (expires[0] != '\0') TRY(timestamp_parse(expires, strlen(expires), &key.expires_ns));
    TRY(api_sql(call, &sql));
    TRY(key_create(call->api->options.auth, sql, &call->principal, &key, &caller, text, &id));
    jout_object(&call->out);
    print_number("key", id, &call->out);
    jout_key_string(&call->out, "text", text);
    jout_end_object(&call->out);
    return 0;
}
PEOPLE_ROUTE("POST", make_key, "/keys", "Makes an API key.", ROUTE_VIEWER, "read", "keys", 201,
             ROUTE_WORKER | ROUTE_NO_KEY | ROUTE_STEP_UP | ROUTE_FACTOR | ROUTE_CONFLICT |
                 ROUTE_NO_STORE,
             &new_key_object, &made_key_object, .query = NULL);

static int revoke_key(struct call *call) {
    struct sql *sql;
    struct auth_caller caller = api_auth_caller(call);
    TRY(api_sql(call, &sql));
    return key_revoke(call->api->options.auth, sql, &call->principal,
                      strtoll(call_param(call, "key"), NULL, 10), &caller);
}
PEOPLE_ROUTE("DELETE", revoke_key, "/keys/{key}", "Takes an API key back, at once.", ROUTE_VIEWER,
             "read", "keys", 204, ROUTE_WORKER | ROUTE_NO_KEY | ROUTE_NO_STORE, NULL, NULL,
             .query = NULL);

static const struct field entry_fields[] = {
    {"seq", FIELD_INTEGER, FIELD_REQUIRED, .help = "Its number on the chain."},
    {"time", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time, .help = "When."},
    {"actor", FIELD_STRING, FIELD_REQUIRED, .max = 5000,
     .help = "Who: user:7, key:3, system, unknown."},
    {"action", FIELD_STRING, FIELD_REQUIRED, .max = 5000, .help = "What."},
    {"object", FIELD_STRING, FIELD_REQUIRED, .max = 5000, .help = "Of what."},
    {"outcome", FIELD_STRING, FIELD_REQUIRED, .max = 5000, .help = "done, refused, failed."},
    {"address", FIELD_STRING, FIELD_REQUIRED, .max = 5000, .help = "From where."},
    {"request_id", FIELD_STRING, FIELD_REQUIRED, .max = 5000, .help = "As the log has it."},
    {"detail", FIELD_ANY, FIELD_REQUIRED, .help = "More."},
};
static OBJECT(entry_object, "AuditEntry", entry_fields, "What was done.");
static const struct field entries_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &entry_object,
     .help = "The page, newest first."},
    {"next", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_cursor,
     .help = "The next page's cursor."},
};
static OBJECT(entries_object, "AuditPage", entries_fields, "The audit of the tenant.");
static const struct field entries_query[] = {
    CALL_PAGE_FIELDS,
    {"action", FIELD_STRING, 0, .form = &form_line, .max = 64, .example = "\"login\"",
     .help = "Of one action alone."},
    {"actor", FIELD_STRING, 0, .form = &form_line, .max = 64, .example = "\"user:1\"",
     .help = "By one actor alone."},
};

static void print_entry(struct sql_rows *rows, struct text *out) {
    static const char *const names[] = {"actor",   "action",  "object",
                                        "outcome", "address", "request_id"};
    const char *detail = sql_get_text(rows, 8);
    jout_object(out);
    jout_key_int(out, "seq", sql_get_int(rows, 0));
    jout_key_time(out, "time", sql_get_int(rows, 1));
    for (int i = 0; i < 6; i++) {
        const char *text = sql_get_text(rows, i + 2);
        jout_key_string(out, names[i], text != NULL ? text : "");
    }
    json_t *object = detail != NULL ? json_loads(detail, 0, NULL) : NULL;
    jout_key(out, "detail");
    jout_json(out, object != NULL ? detail : "{}");
    json_decref(object);
    jout_end_object(out);
}

static int list_audit(struct call *call) {
    static const struct sql_query query = {
        "audit.page",
        "SELECT seq, ts_ns, actor, action, object, outcome, address, request_id, detail FROM audit "
        "WHERE tenant_id = ? AND seq < ? AND (? = '' OR action = ?) AND (? = '' OR actor = ?) "
        "ORDER BY seq DESC LIMIT ?"};
    struct sql *sql;
    struct sql_rows *rows;
    struct call_page page;
    const char *action = call_query(call, "action"), *actor = call_query(call, "actor");
    int rc;
    TRY(api_sql(call, &sql));
    TRY(call_page_begin(call, &page));
    page.falling = true;
    action = action != NULL ? action : "";
    actor = actor != NULL ? actor : "";
    int64_t before = page.after[0] != '\0' ? strtoll(page.after, NULL, 10) : INT64_MAX;
    TRY(sql_select(sql, &query, &rows, sql_int(call->principal.tenant_id), sql_int(before),
                   sql_text(action), sql_text(action), sql_text(actor), sql_text(actor),
                   sql_int((int64_t)page.limit + 1)));
    while ((rc = sql_next(rows)) == 1) {
        char key[24];
        snprintf(key, sizeof key, "%020" PRId64, sql_get_int(rows, 0));
        if (call_page_take(&page, key)) print_entry(rows, &call->out);
    }
    sql_rows_close(rows);
    TRY(rc);
    call_page_end(call, &page);
    return 0;
}
PEOPLE_ROUTE("GET", list_audit, "/audit", "What was done, newest first.", ROUTE_ADMIN, "admin",
             "audit", 200, ROUTE_WORKER, NULL, &entries_object, ROUTE_QUERY(entries_query));

static const struct field head_fields[] = {
    {"whole", FIELD_BOOLEAN, FIELD_REQUIRED,
     .help = "Every row is as it was written, none is missing."},
    {"rows", FIELD_INTEGER, FIELD_REQUIRED, .help = "How many."},
    {"digest", FIELD_STRING, FIELD_REQUIRED, .help = "Of the last: keep it elsewhere."},
    {"words", FIELD_STRING, FIELD_REQUIRED, .max = 2000, .help = "What is wrong."},
};
static OBJECT(head_object, "AuditHead", head_fields, "The end of the audit's chain.");

static int verify_audit(struct call *call) {
    struct sql *sql;
    struct audit_head head = {.seq = 0};
    char digest[SHA256_TEXT_SIZE];
    TRY(api_sql(call, &sql));
    int rc = audit_verify(sql, call->api->options.audit_key, call->principal.tenant_id, NULL, NULL,
                          &head);
    if (rc < 0 && rc != ERR_CORRUPT) return rc;
    sha256_print(digest, head.digest);
    jout_object(&call->out);
    jout_key_bool(&call->out, "whole", rc == 0);
    jout_key_int(&call->out, "rows", head.seq);
    jout_key_string(&call->out, "digest", digest);
    jout_key_string(&call->out, "words", rc == 0 ? "" : err_story());
    jout_end_object(&call->out);
    return 0;
}
PEOPLE_ROUTE("GET", verify_audit, "/audit/head",
             "Reads the audit from its first row on, and says whether it is whole.", ROUTE_ADMIN,
             "admin", "audit", 200, ROUTE_WORKER | ROUTE_NO_STORE, NULL, &head_object,
             .query = NULL);
