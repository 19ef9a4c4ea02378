// SPDX-License-Identifier: Apache-2.0
// Who somebody is: setting up, logging in and out, tokens, the second factor, passwords, logins.
//
// The access token is in the answer, for the page to keep in memory. The refresh token is in a cookie that no script
// sees and no other site sends: __Host-fulmar over TLS, fulmar over plain HTTP on loopback, where browsers take no
// Secure cookie.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jout.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/routes.h"
#include "edge/auth/factor.h"
#include "edge/auth/login.h"
#include "edge/auth/password_policy.h"
#include "edge/auth/user.h"

#define SECRET(name_, help_)                                                                       \
    { name_, FIELD_STRING, FIELD_REQUIRED | FIELD_SECRET, .min = 1, .max = 1024, .help = (help_) }

#define NEW_PASSWORD(name_)                                                                        \
    {                                                                                              \
        name_, FIELD_STRING, FIELD_REQUIRED | FIELD_SECRET,                                        \
            .min = PASSWORD_CHARS_MIN, .max = PASSWORD_BYTES_MAX,                                  \
            .example = "\"nine wrens at the weir\"",                                               \
            .help = "At least 12 characters; none that is known to be common."                     \
    }

static const struct field tokens_fields[] = {
    {"verdict", FIELD_STRING, FIELD_REQUIRED, .choices = "done|second_factor_needed",
     .help = "Whether that was all."},
    {"access", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .max = TOKEN_TEXT_SIZE,
     .help = "For Authorization: Bearer."},
    {"expires", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "The access token's end."},
    {"pending", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .max = TOKEN_TEXT_SIZE,
     .help = "For /auth/second-factor, within 5 minutes."},
    {"role", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .choices = "viewer|trader|admin",
     .help = "Of who logged in."},
    {"second_factor", FIELD_BOOLEAN, FIELD_REQUIRED, .help = "It was shown."},
};
static OBJECT(tokens_object, "Tokens", tokens_fields, "What a login gives.");

static const char *cookie_name(const struct call *call) {
    return call->is_tls ? "__Host-fulmar" : "fulmar";
}

static void set_cookie(struct call *call, const char *token, int64_t seconds) {
    char words[TOKEN_TEXT_SIZE + 128];
    bool tls = call->is_tls;
    snprintf(words, sizeof words, "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%" PRId64 "%s",
             cookie_name(call), token, seconds, tls ? "; Secure" : "");
    call_header(call, "Set-Cookie", words);
}

// The refresh token out of "a=1; fulmar=...".
static const char *find_cookie(const struct call *call, size_t *ret_len) {
    const char *at = http_request_field(call->request, "Cookie"), *name = cookie_name(call);
    size_t len = strlen(name);
    while (at != NULL && *at != '\0') {
        at += strspn(at, "; ");
        size_t size = strcspn(at, ";");
        if (size > len && strncmp(at, name, len) == 0 && at[len] == '=') {
            *ret_len = size - len - 1;
            return at + len + 1;
        }
        at += size;
    }
    return NULL;
}

static void print_tokens(struct call *call, const struct session_tokens *tokens,
                         const char *pending) {
    struct text *out = &call->out;
    bool done = tokens != NULL;
    jout_object(out);
    jout_key_string(out, "verdict", done ? "done" : "second_factor_needed");
    jout_key_string(out, "access", done ? tokens->access : NULL);
    jout_key_time(out, "expires", done ? tokens->access_expires_ns : 0);
    jout_key_string(out, "pending", pending);
    jout_key_string(out, "role", done ? role_name(tokens->role) : NULL);
    jout_key_bool(out, "second_factor", done && tokens->second_factor);
    jout_end_object(out);
}

static void give_tokens(struct call *call, const struct session_tokens *tokens) {
    if (tokens->refresh[0] != '\0') set_cookie(call, tokens->refresh, TOKEN_REFRESH_S);
    print_tokens(call, tokens, NULL);
}

static int answer_login(struct call *call, const struct login_result *result) {
    char seconds[24];
    switch (result->verdict) {
    case LOGIN_DONE:
        give_tokens(call, &result->tokens);
        return 0;
    case LOGIN_FACTOR_NEEDED:
        print_tokens(call, NULL, result->pending);
        return 0;
    case LOGIN_WAIT:
        snprintf(seconds, sizeof seconds, "%" PRId64, result->retry_ns / NS_PER_S + 1);
        call_header(call, "Retry-After", seconds);
        return call_fail(call, 429, "wait", "too many failures: wait %s s", seconds);
    case LOGIN_REFUSED:
        break;
    }
    return call_fail(call, 401, "refused", "that is not right");
}

#define AUTH_ROUTE(method_, id_, path_, summary_, role_, rate_, status_, flags_, request_,         \
                   response_)                                                                      \
    const struct route route_##id_ = {.method = (method_),                                         \
                                      .path = "/api/v1/auth" path_,                                \
                                      .id = #id_,                                                  \
                                      .tag = "Identity",                                           \
                                      .summary = (summary_),                                       \
                                      .role = (role_),                                             \
                                      .scope = (role_) == ROUTE_PUBLIC ? NULL : "read",            \
                                      .rate = (rate_),                                             \
                                      .flags = ROUTE_NO_STORE | (flags_),                          \
                                      .request = (request_),                                       \
                                      .response = (response_),                                     \
                                      .status = (status_),                                         \
                                      .handle = id_}

static const struct field state_fields[] = {
    {"setup_needed", FIELD_BOOLEAN, FIELD_REQUIRED,
     .help = "There is nobody yet: the set-up token makes the first admin."},
    {"version", FIELD_STRING, FIELD_REQUIRED, .help = "Of the program."},
};
static OBJECT(state_object, "AuthState", state_fields,
              "What a page asks before it shows how to come in.");

static int count_user(void *self, const struct user_row *row) {
    (void)row;
    *(bool *)self = true;
    return ERR_END;
}

static int get_auth_state(struct call *call) {
    struct sql *sql;
    bool some = false;
    struct user_visitor visitor = {count_user, &some};
    TRY(api_sql(call, &sql));
    int rc = user_list(sql, 0, &visitor);
    if (rc < 0 && rc != ERR_END) return rc;
    jout_object(&call->out);
    jout_key_bool(&call->out, "setup_needed", !some);
    jout_key_string(&call->out, "version", FULMAR_VERSION);
    jout_end_object(&call->out);
    return 0;
}
AUTH_ROUTE("GET", get_auth_state, "/state", "Whether somebody has to be made first.", ROUTE_PUBLIC,
           "anonymous", 200, ROUTE_WORKER, NULL, &state_object);

static const struct field setup_fields[] = {
    SECRET("token", "The set-up token that the server printed."),
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_user, .help = "Of the first admin."},
    NEW_PASSWORD("password"),
};
static OBJECT(setup_object, "SetUp", setup_fields, "The first admin.");
static const struct field made_fields[] = {
    {"user", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "The user's number."},
};
static OBJECT(made_object, "UserMade", made_fields, "A user that was made.");

static int set_up(struct call *call) {
    struct sql *sql;
    struct auth_caller caller = api_auth_caller(call);
    const char *token = call_text(call, "token"), *password = call_text(call, "password");
    int64_t id;
    TRY(api_sql(call, &sql));
    TRY(user_setup(call->api->options.auth, sql, token, strlen(token), call_text(call, "name"),
                   password, strlen(password), &caller, &id));
    jout_object(&call->out);
    jout_key(&call->out, "user");
    text_printf(&call->out, "\"%" PRId64 "\"", id);
    jout_end_object(&call->out);
    return 0;
}
AUTH_ROUTE("POST", set_up, "/setup",
           "Makes the first admin, with the token that the server printed.", ROUTE_PUBLIC, "setup",
           201, ROUTE_PASSWORD | ROUTE_CONFLICT, &setup_object, &made_object);

static const struct field login_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .max = 64, .example = "\"ada\"", .help = "The user's."},
    SECRET("password", "The user's."),
};
static OBJECT(login_object, "Login", login_fields, "A name and a password.");

static int log_in(struct call *call) {
    struct sql *sql;
    struct login_result result;
    struct auth_caller caller = api_auth_caller(call);
    const char *name = call_text(call, "name"), *password = call_text(call, "password");
    TRY(api_sql(call, &sql));
    TRY(login_password(call->api->options.auth, sql, name, strlen(name), password, strlen(password),
                       &caller, &result));
    return answer_login(call, &result);
}
AUTH_ROUTE("POST", log_in, "/login", "Logs in by name and password.", ROUTE_PUBLIC, "login", 200,
           ROUTE_PASSWORD, &login_object, &tokens_object);

static const struct field code_fields[] = {
    SECRET("pending", "Of the login."),
    SECRET("code", "Six digits, or a recovery code."),
};
static OBJECT(code_object, "SecondFactor", code_fields, "A code of the second factor.");

static int show_factor(struct call *call) {
    struct sql *sql;
    struct login_result result;
    struct auth_caller caller = api_auth_caller(call);
    const char *pending = call_text(call, "pending"), *code = call_text(call, "code");
    TRY(api_sql(call, &sql));
    TRY(login_second_factor(call->api->options.auth, sql, pending, strlen(pending), code,
                            strlen(code), &caller, &result));
    return answer_login(call, &result);
}
AUTH_ROUTE("POST", show_factor, "/second-factor",
           "Goes on with a login by a code of the second factor.", ROUTE_PUBLIC, "second_factor",
           200, ROUTE_PASSWORD, &code_object, &tokens_object);

static int refresh_tokens(struct call *call) {
    struct sql *sql;
    struct session_tokens tokens;
    enum session_verdict verdict;
    struct auth_caller caller = api_auth_caller(call);
    size_t len = 0;
    const char *token = find_cookie(call, &len);
    if (token == NULL) return call_fail(call, 401, "refused", "there is no refresh cookie: log in");
    TRY(api_sql(call, &sql));
    TRY(session_refresh(call->api->options.auth, sql, token, len, &caller, &verdict, &tokens));
    if (verdict != SESSION_REFRESHED) {
        set_cookie(call, "", 0);
        return call_fail(call, 401, "refused", "log in again");
    }
    give_tokens(call, &tokens);
    return 0;
}
AUTH_ROUTE("POST", refresh_tokens, "/refresh", "A new access token, for the refresh cookie.",
           ROUTE_PUBLIC, "refresh", 200, ROUTE_WORKER | ROUTE_COOKIE, NULL, &tokens_object);

static int log_out(struct call *call) {
    struct sql *sql;
    struct auth_caller caller = api_auth_caller(call);
    size_t len = 0;
    const char *token = find_cookie(call, &len);
    TRY(api_sql(call, &sql));
    if (token != NULL) TRY(session_logout_token(call->api->options.auth, sql, token, len, &caller));
    set_cookie(call, "", 0);
    return 0;
}
AUTH_ROUTE("POST", log_out, "/logout", "Ends the login of the refresh cookie.", ROUTE_PUBLIC,
           "refresh", 204, ROUTE_WORKER | ROUTE_COOKIE, NULL, NULL);

static const struct field proof_fields[] = {
    SECRET("proof", "A code of the second factor; where there is none, the password.")};
static OBJECT(proof_object, "Proof", proof_fields, "That the person is there.");

static int step_up(struct call *call) {
    struct sql *sql;
    struct login_result result;
    struct auth_caller caller = api_auth_caller(call);
    const char *proof = call_text(call, "proof");
    TRY(api_sql(call, &sql));
    TRY(login_step_up(call->api->options.auth, sql, &call->principal, proof, strlen(proof), &caller,
                      &result));
    return answer_login(call, &result);
}
AUTH_ROUTE("POST", step_up, "/step-up",
           "Proves to be there, for what asks for it within the next 5 minutes.", ROUTE_VIEWER,
           "second_factor", 200, ROUTE_PASSWORD | ROUTE_NO_KEY | ROUTE_NO_FACTOR, &proof_object,
           &tokens_object);

static const struct field me_fields[] = {
    {"user", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Number."},
    {"tenant", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Number."},
    {"name", FIELD_STRING, FIELD_REQUIRED, .help = "The user's."},
    {"role", FIELD_STRING, FIELD_REQUIRED, .choices = "viewer|trader|admin", .help = "What it is."},
    {"scopes", FIELD_STRING, FIELD_REQUIRED, .help = "What this token or key may."},
    {"key", FIELD_BOOLEAN, FIELD_REQUIRED, .help = "It came by an API key."},
    {"second_factor", FIELD_BOOLEAN, FIELD_REQUIRED, .help = "Shown at this login."},
    {"factor_set", FIELD_BOOLEAN, FIELD_REQUIRED, .help = "The user has one."},
    {"recovery_codes", FIELD_INTEGER, FIELD_REQUIRED, .help = "That are left."},
    {"stepped_up", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "When the person last proved to be there."},
    {"expires", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "Of the token or key."},
};
static OBJECT(me_object, "Me", me_fields, "Who calls.");

struct person {
    char name[80];
    bool factor;
};

static int take_person(void *self, const struct user_row *row) {
    struct person *person = self;
    snprintf(person->name, sizeof person->name, "%s", row->name);
    person->factor = row->factor_set_ns != 0;
    return 0;
}

static int get_me(struct call *call) {
    struct sql *sql;
    const struct principal *who = &call->principal;
    struct person person = {.factor = false};
    struct user_visitor visitor = {take_person, &person};
    struct text *out = &call->out;
    char scopes[SCOPE_TEXT_SIZE];
    TRY(api_sql(call, &sql));
    TRY(user_get(sql, who->tenant_id, who->user_id, &visitor));
    int left = factor_codes_left(sql, who->user_id);
    TRY(left);
    scope_print(scopes, who->scopes);
    jout_object(out);
    jout_key(out, "user");
    text_printf(out, "\"%" PRId64 "\"", who->user_id);
    jout_key(out, "tenant");
    text_printf(out, "\"%" PRId64 "\"", who->tenant_id);
    jout_key_string(out, "name", person.name);
    jout_key_string(out, "role", role_name(who->role));
    jout_key_string(out, "scopes", scopes);
    jout_key_bool(out, "key", who->key_id != 0);
    jout_key_bool(out, "second_factor", who->second_factor);
    jout_key_bool(out, "factor_set", person.factor);
    jout_key_int(out, "recovery_codes", left);
    jout_key_time(out, "stepped_up", who->step_up_ns);
    jout_key_time(out, "expires", who->expires_ns);
    jout_end_object(out);
    return 0;
}
AUTH_ROUTE("GET", get_me, "/me", "Who calls.", ROUTE_VIEWER, "read", 200,
           ROUTE_WORKER | ROUTE_NO_FACTOR, NULL, &me_object);

static const struct field password_fields[] = {
    SECRET("old", "The password now."),
    NEW_PASSWORD("new"),
};
static OBJECT(password_object, "PasswordChange", password_fields,
              "A password that is to be another.");

// Tokens from before are void: what the caller goes on with.
static int renew(struct call *call, struct sql *sql, bool second_factor) {
    struct session_tokens tokens;
    struct auth_caller caller = api_auth_caller(call);
    TRY(session_step_up(call->api->options.auth, sql, &call->principal, second_factor, &caller,
                        &tokens));
    give_tokens(call, &tokens);
    return 0;
}

static int change_password(struct call *call) {
    struct sql *sql;
    struct auth_caller caller = api_auth_caller(call);
    const char *old = call_text(call, "old"), *new = call_text(call, "new");
    TRY(api_sql(call, &sql));
    TRY(user_change_password(call->api->options.auth, sql, &call->principal, old, strlen(old), new,
                             strlen(new), &caller));
    return renew(call, sql, call->principal.second_factor);
}
AUTH_ROUTE("POST", change_password, "/password",
           "Changes one's own password; all other logins end.", ROUTE_VIEWER, "password", 200,
           ROUTE_PASSWORD | ROUTE_NO_KEY | ROUTE_NO_FACTOR, &password_object, &tokens_object);

static const struct field offer_fields[] = {
    {"uri", FIELD_STRING, FIELD_REQUIRED, .max = 1024,
     .help = "otpauth://, for a code to be scanned."},
    {"secret", FIELD_STRING, FIELD_REQUIRED, .help = "For typing."},
};
static OBJECT(offer_object, "FactorOffer", offer_fields,
              "A second factor that is not in force yet.");

static int begin_factor(struct call *call) {
    struct sql *sql;
    struct factor_offer offer;
    struct auth_caller caller = api_auth_caller(call);
    TRY(api_sql(call, &sql));
    TRY(factor_begin(call->api->options.auth, sql, &call->principal, &caller, &offer));
    jout_object(&call->out);
    jout_key_string(&call->out, "uri", offer.uri);
    jout_key_string(&call->out, "secret", offer.secret);
    jout_end_object(&call->out);
    return 0;
}
AUTH_ROUTE("POST", begin_factor, "/factor", "Begins to set a second factor up.", ROUTE_VIEWER,
           "password", 200,
           ROUTE_WORKER | ROUTE_NO_KEY | ROUTE_NO_FACTOR | ROUTE_STEP_UP | ROUTE_CONFLICT, NULL,
           &offer_object);

static const struct field confirm_fields[] = {SECRET("code", "Six digits that it shows.")};
static OBJECT(confirm_object, "FactorCode", confirm_fields, "A code of a second factor.");
static const struct field codes_fields[] = {
    {"codes", FIELD_STRING, FIELD_REQUIRED | FIELD_LIST,
     .help = "Recovery codes, each good once; shown this once."},
    {"access", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .max = TOKEN_TEXT_SIZE,
     .help = "A new access token, where the old one is void."},
};
static OBJECT(codes_object, "RecoveryCodes", codes_fields, "What to write down.");

static void print_codes(struct call *call, const struct factor_codes *codes, const char *access) {
    struct text *out = &call->out;
    jout_object(out);
    jout_key(out, "codes");
    jout_array(out);
    for (size_t i = 0; i < RECOVERY_CODES; i++) jout_string(out, codes->codes[i]);
    jout_end_array(out);
    jout_key_string(out, "access", access);
    jout_end_object(out);
}

static int confirm_factor(struct call *call) {
    struct sql *sql;
    struct factor_codes codes;
    struct session_tokens tokens;
    struct auth_caller caller = api_auth_caller(call);
    const char *code = call_text(call, "code");
    struct auth *auth = call->api->options.auth;
    TRY(api_sql(call, &sql));
    TRY(factor_confirm(auth, sql, &call->principal, code, strlen(code), &caller, &codes));
    TRY(session_step_up(auth, sql, &call->principal, true, &caller, &tokens));
    print_codes(call, &codes, tokens.access);
    return 0;
}
AUTH_ROUTE("PUT", confirm_factor, "/factor", "Puts the second factor in force, by a code of it.",
           ROUTE_VIEWER, "second_factor", 200,
           ROUTE_WORKER | ROUTE_NO_KEY | ROUTE_NO_FACTOR | ROUTE_STEP_UP | ROUTE_CONFLICT,
           &confirm_object, &codes_object);

static int renew_codes(struct call *call) {
    struct sql *sql;
    struct factor_codes codes;
    struct auth_caller caller = api_auth_caller(call);
    TRY(api_sql(call, &sql));
    TRY(factor_renew_codes(call->api->options.auth, sql, &call->principal, &caller, &codes));
    print_codes(call, &codes, NULL);
    return 0;
}
AUTH_ROUTE("POST", renew_codes, "/factor/codes", "New recovery codes, in place of all old ones.",
           ROUTE_VIEWER, "password", 200,
           ROUTE_WORKER | ROUTE_NO_KEY | ROUTE_STEP_UP | ROUTE_CONFLICT, NULL, &codes_object);

static int remove_factor(struct call *call) {
    struct sql *sql;
    struct auth_caller caller = api_auth_caller(call);
    TRY(api_sql(call, &sql));
    TRY(factor_remove(call->api->options.auth, sql, &call->principal, &caller));
    return renew(call, sql, false);
}
AUTH_ROUTE("DELETE", remove_factor, "/factor", "Takes the second factor away.", ROUTE_VIEWER,
           "password", 200, ROUTE_WORKER | ROUTE_NO_KEY | ROUTE_STEP_UP | ROUTE_CONFLICT, NULL,
           &tokens_object);

static const struct field row_fields[] = {
    {"login", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Its number."},
    {"began", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time, .help = "When."},
    {"used", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time, .help = "Last."},
    {"expires", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "At the latest."},
    {"address", FIELD_STRING, FIELD_REQUIRED, .help = "From where."},
    {"agent", FIELD_STRING, FIELD_REQUIRED, .help = "By what."},
    {"second_factor", FIELD_BOOLEAN, FIELD_REQUIRED, .help = "It was shown."},
};
static OBJECT(row_object, "LoginSession", row_fields, "A login that has not ended.");
static const struct field rows_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &row_object,
     .help = "The latest first."},
};
static OBJECT(rows_object, "LoginSessions", rows_fields, "Logins of a user.");

static int print_row(void *self, const struct session_row *row) {
    struct text *out = self;
    jout_object(out);
    jout_key(out, "login");
    text_printf(out, "\"%" PRId64 "\"", row->id);
    jout_key_time(out, "began", row->created_ns);
    jout_key_time(out, "used", row->used_ns);
    jout_key_time(out, "expires", row->expires_ns);
    jout_key_string(out, "address", row->address);
    jout_key_string(out, "agent", row->agent);
    jout_key_bool(out, "second_factor", row->second_factor);
    jout_end_object(out);
    return 0;
}

static int list_logins(struct call *call) {
    struct sql *sql;
    struct session_visitor visitor = {print_row, &call->out};
    TRY(api_sql(call, &sql));
    jout_object(&call->out);
    jout_key(&call->out, "items");
    jout_array(&call->out);
    TRY(session_list(sql, call->principal.tenant_id, call->principal.user_id, sql_now_ns(),
                     &visitor));
    jout_end_array(&call->out);
    jout_end_object(&call->out);
    return 0;
}
AUTH_ROUTE("GET", list_logins, "/logins", "One's own logins that have not ended.", ROUTE_VIEWER,
           "read", 200, ROUTE_WORKER | ROUTE_NO_KEY | ROUTE_NO_FACTOR, NULL, &rows_object);

static int end_login(struct call *call) {
    struct sql *sql;
    struct auth_caller caller = api_auth_caller(call);
    TRY(api_sql(call, &sql));
    return session_end(call->api->options.auth, sql, &call->principal, call->principal.user_id,
                       strtoll(call_param(call, "login"), NULL, 10), &caller);
}
AUTH_ROUTE("DELETE", end_login, "/logins/{login}", "Ends a login of one's own.", ROUTE_VIEWER,
           "password", 204, ROUTE_WORKER | ROUTE_NO_KEY | ROUTE_NO_FACTOR, NULL, NULL);
