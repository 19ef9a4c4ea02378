// SPDX-License-Identifier: Apache-2.0
// People are made, changed and shut out, and what changes holds at once.
#include "auth_kit.h"

static int create(struct kit *kit, const struct principal *actor, const char *name,
                  const char *email, int role, const char *password) {
    struct user_new user = {kit->tenant, name, email, (enum role)role, password, strlen(password)};
    int64_t id;
    return user_create(kit->auth, kit->sql, actor, &user, &kit->caller, &id);
}

static void a_user_has_a_name_a_role_and_a_password_that_will_do(void **state) {
    struct kit kit;
    kit_make(&kit, state);
    struct principal anna = kit_principal(&kit, "anna"), sam = kit_principal(&kit, "sam");
    static const char *const names[] = {"",    "ab",        "-abc", ".abc",  "a b c",
                                        "a/b", "n\xc3\xa9", "a'b",  "abc\n", "@abc"};
    static const char *const emails[] = {"x",     "@x",    "x@",    "a@b@c",
                                         "a b@c", "<a@b>", "a@b\n", "a@b,c@d"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(create(&kit, &anna, names[i], NULL, ROLE_VIEWER, KIT_PASSWORD),
                         ERR_ARGUMENT);
    for (size_t i = 0; i < sizeof emails / sizeof *emails; i++)
        assert_int_equal(create(&kit, &anna, "carl", emails[i], ROLE_VIEWER, KIT_PASSWORD),
                         ERR_ARGUMENT);
    assert_int_equal(create(&kit, &anna, "carl", "", ROLE_NONE, KIT_PASSWORD), ERR_ARGUMENT);
    assert_int_equal(create(&kit, &anna, "carl", "", ROLE_COUNT, KIT_PASSWORD), ERR_ARGUMENT);
    assert_int_equal(create(&kit, &anna, "carl", "", ROLE_VIEWER, "password1234"), ERR_ARGUMENT);
    assert_int_equal(create(&kit, &anna, "TOM", "", ROLE_VIEWER, KIT_PASSWORD), ERR_CONFLICT);
    assert_int_equal(create(&kit, &sam, "carl", "", ROLE_VIEWER, KIT_PASSWORD),
                     ERR_NOT_FOUND); // not his tenant
    assert_ok(create(&kit, &anna, "Carl", "carl@example.org", ROLE_VIEWER, KIT_PASSWORD));
    int64_t id, tenant;
    assert_ok(user_find(kit.sql, "CARL", &id, &tenant));
    assert_int_equal(tenant, kit.tenant);
    assert_int_equal(user_find(kit.sql, "nobody", &id, &tenant), ERR_NOT_FOUND);
    struct login_result result;
    assert_int_equal(kit_login(&kit, "carl", KIT_PASSWORD, &result), LOGIN_DONE);
    assert_int_equal(
        database_int(kit.sql, "SELECT COUNT(*) FROM users WHERE password_hash LIKE '%tulip%'"), 0);
    assert_int_equal(
        database_int(kit.sql, "SELECT COUNT(*) FROM audit WHERE detail LIKE '%tulip%'"), 0);
    kit_drop(&kit);
}

static void a_role_holds_from_the_next_request_on(void **state) {
    struct kit kit;
    kit_make(&kit, state);
    struct principal anna = kit_principal(&kit, "anna");
    struct session_tokens tokens = kit_enter(&kit, "tom"), after;
    enum session_verdict verdict;
    const char *reason;
    assert_ok(
        user_set_role(kit.auth, kit.sql, &anna, kit.tenant, kit.trader, ROLE_VIEWER, &kit.caller));
    assert_int_equal(kit_ask(&kit, tokens.access, &reason).user_id, 0);
    assert_string_equal(reason, "older version");
    assert_ok(session_refresh(kit.auth, kit.sql, tokens.refresh, strlen(tokens.refresh),
                              &kit.caller, &verdict, &after));
    assert_int_equal(verdict, SESSION_REFRESHED); // the session goes on, as what it now is
    struct principal tom = kit_ask(&kit, after.access, NULL);
    assert_int_equal(tom.role, ROLE_VIEWER);
    assert_int_equal(tom.scopes, SCOPE_READ);
    assert_int_equal(
        user_set_role(kit.auth, kit.sql, &anna, kit.tenant, 999, ROLE_VIEWER, &kit.caller),
        ERR_NOT_FOUND);
    assert_int_equal(
        user_set_role(kit.auth, kit.sql, &anna, kit.tenant, kit.stranger, ROLE_VIEWER, &kit.caller),
        ERR_NOT_FOUND);
    assert_int_equal(user_set_role(kit.auth, kit.sql, &anna, kit.other_tenant, kit.stranger,
                                   ROLE_VIEWER, &kit.caller),
                     ERR_NOT_FOUND);
    kit_drop(&kit);
}

static void who_is_shut_out_is_out_everywhere(void **state) {
    struct kit kit, other;
    struct login_result result;
    kit_make(&kit, state);
    other = kit;
    kit_open_auth(&other); // another process
    struct principal anna = kit_principal(&kit, "anna");
    struct session_tokens tokens = kit_enter(&kit, "tom"), out;
    enum session_verdict verdict;
    assert_ok(
        user_set_disabled(kit.auth, kit.sql, &anna, kit.tenant, kit.trader, true, &kit.caller));
    assert_int_equal(kit_ask(&kit, tokens.access, NULL).user_id, 0);
    assert_ok(session_refresh(kit.auth, kit.sql, tokens.refresh, strlen(tokens.refresh),
                              &kit.caller, &verdict, &out));
    assert_int_equal(verdict, SESSION_REFUSED);
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_REFUSED);
    assert_int_equal(kit_ask(&other, tokens.access, NULL).user_id,
                     kit.trader); // has not looked yet
    assert_ok(auth_refresh(other.auth, other.sql, other.caller.now_ns));
    assert_int_equal(kit_ask(&other, tokens.access, NULL).user_id, 0);
    assert_ok(
        user_set_disabled(kit.auth, kit.sql, &anna, kit.tenant, kit.trader, false, &kit.caller));
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_DONE);
    assert_int_equal(kit_ask(&kit, tokens.access, NULL).user_id, 0); // what was before stays void
    assert_ok(tenant_set_disabled(kit.auth, kit.sql, NULL, kit.tenant, true, &kit.caller));
    assert_int_equal(kit_ask(&kit, result.tokens.access, NULL).user_id, 0);
    assert_int_equal(kit_login(&kit, "anna", KIT_PASSWORD, &result), LOGIN_REFUSED);
    assert_int_equal(kit_login(&kit, "sam", KIT_PASSWORD, &result), LOGIN_DONE);
    auth_close(other.auth);
    kit_verify_audit(&kit);
    kit_drop(&kit);
}

static void the_last_admin_stays(void **state) {
    struct kit kit;
    kit_make(&kit, state);
    assert_int_equal(
        user_set_role(kit.auth, kit.sql, NULL, kit.tenant, kit.admin, ROLE_TRADER, &kit.caller),
        ERR_STATE);
    assert_int_equal(
        user_set_disabled(kit.auth, kit.sql, NULL, kit.tenant, kit.admin, true, &kit.caller),
        ERR_STATE);
    int64_t second = kit_user(&kit, kit.tenant, "bert", ROLE_ADMIN);
    assert_ok(
        user_set_role(kit.auth, kit.sql, NULL, kit.tenant, kit.admin, ROLE_TRADER, &kit.caller));
    assert_int_equal(
        user_set_disabled(kit.auth, kit.sql, NULL, kit.tenant, second, true, &kit.caller),
        ERR_STATE);
    kit_drop(&kit);
}

static void a_password_is_changed_by_who_knows_the_old_one(void **state) {
    static const char fresh[] = "violet-hammer-nickel";
    struct kit kit;
    struct login_result result;
    kit_make(&kit, state);
    struct session_tokens here = kit_enter(&kit, "tom"), there = kit_enter(&kit, "tom"), after;
    struct principal tom = kit_ask(&kit, here.access, NULL);
    assert_int_equal(user_change_password(kit.auth, kit.sql, &tom, "wrong", 5, fresh, strlen(fresh),
                                          &kit.caller),
                     ERR_DENIED);
    assert_int_equal(user_change_password(kit.auth, kit.sql, &tom, KIT_PASSWORD,
                                          strlen(KIT_PASSWORD), "short", 5, &kit.caller),
                     ERR_ARGUMENT);
    assert_ok(user_change_password(kit.auth, kit.sql, &tom, KIT_PASSWORD, strlen(KIT_PASSWORD),
                                   fresh, strlen(fresh), &kit.caller));
    assert_int_equal(kit_ask(&kit, there.access, NULL).user_id, 0);
    assert_int_equal(kit_ask(&kit, here.access, NULL).user_id, 0);
    assert_ok(session_step_up(kit.auth, kit.sql, &tom, false, &kit.caller,
                              &after)); // this session goes on
    assert_int_equal(kit_ask(&kit, after.access, NULL).user_id, kit.trader);
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_REFUSED);
    assert_int_equal(kit_login(&kit, "tom", fresh, &result), LOGIN_DONE);
    for (int i = 0; i < 10; i++) // not a way to try passwords
        (void)!user_change_password(kit.auth, kit.sql, &tom, "wrong", 5, fresh, strlen(fresh),
                                    &kit.caller);
    assert_int_equal(user_change_password(kit.auth, kit.sql, &tom, fresh, strlen(fresh),
                                          KIT_PASSWORD, strlen(KIT_PASSWORD), &kit.caller),
                     ERR_DENIED);
    assert_ok(user_reset(kit.auth, kit.sql, NULL, kit.tenant, kit.trader, KIT_PASSWORD,
                         strlen(KIT_PASSWORD), true, &kit.caller));
    assert_int_equal(kit_ask(&kit, after.access, NULL).user_id, 0);
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_DONE);
    kit_drop(&kit);
}

static int add_name(void *self, const struct user_row *row) {
    snprintf((char *)self + strlen(self), 200 - strlen(self), "%s=%s ", row->name,
             role_name(row->role));
    return 0;
}

static void a_tenant_sees_its_own(void **state) {
    struct kit kit;
    kit_make(&kit, state);
    char names[200] = "", all[200] = "", one[200] = "";
    assert_ok(user_list(kit.sql, kit.tenant, &(struct user_visitor){add_name, names}));
    assert_string_equal(names, "anna=admin tom=trader vera=viewer ");
    assert_ok(user_list(kit.sql, 0, &(struct user_visitor){add_name, all}));
    assert_string_equal(all, "anna=admin tom=trader vera=viewer sam=admin ");
    assert_ok(user_get(kit.sql, kit.tenant, kit.viewer, &(struct user_visitor){add_name, one}));
    assert_string_equal(one, "vera=viewer ");
    assert_int_equal(
        user_get(kit.sql, kit.tenant, kit.stranger, &(struct user_visitor){add_name, one}),
        ERR_NOT_FOUND);
    assert_int_equal(user_get(kit.sql, kit.tenant, 999, &(struct user_visitor){add_name, one}),
                     ERR_NOT_FOUND);
    kit_drop(&kit);
}

static void the_first_admin_is_made_once_with_the_token(void **state) {
    struct kit kit;
    struct login_result result;
    char token[AUTH_TICKET_SIZE], again[AUTH_TICKET_SIZE];
    int64_t id;
    memset(&kit, 0, sizeof kit);
    kit.sql = database_migrated(&kit.database, *state == NULL ? SQL_SQLITE : SQL_POSTGRES);
    kit.secrets = kit_secrets();
    kit.caller = (struct auth_caller){.agent = "", .now_ns = KIT_START};
    kit_open_auth(&kit);
    assert_int_equal(
        user_setup(kit.auth, kit.sql, "", 0, "root", KIT_PASSWORD, 18, &kit.caller, &id),
        ERR_DENIED);
    assert_int_equal(kit_login(&kit, "admin", "admin", &result),
                     LOGIN_REFUSED); // there are no defaults
    assert_ok(user_setup_token(kit.auth, kit.sql, token));
    assert_int_equal(strlen(token), AUTH_TICKET_SIZE - 1);
    assert_int_equal(
        user_setup(kit.auth, kit.sql, token, 42, "root", KIT_PASSWORD, 18, &kit.caller, &id),
        ERR_DENIED);
    assert_int_equal(user_setup(kit.auth, kit.sql, token, 43, "root", "admin", 5, &kit.caller, &id),
                     ERR_ARGUMENT);
    assert_ok(user_setup(kit.auth, kit.sql, token, 43, "root", KIT_PASSWORD, 18, &kit.caller, &id));
    assert_int_equal(
        user_setup(kit.auth, kit.sql, token, 43, "root2", KIT_PASSWORD, 18, &kit.caller, &id),
        ERR_DENIED);
    assert_ok(user_setup_token(kit.auth, kit.sql, again));
    assert_string_equal(again, "");
    assert_int_equal(kit_login(&kit, "root", KIT_PASSWORD, &result), LOGIN_DONE);
    assert_int_equal(kit_ask(&kit, result.tokens.access, NULL).role, ROLE_ADMIN);
    kit_drop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_user_has_a_name_a_role_and_a_password_that_will_do),
        KIT_BOTH(a_role_holds_from_the_next_request_on),
        KIT_BOTH(who_is_shut_out_is_out_everywhere),
        cmocka_unit_test(the_last_admin_stays),
        cmocka_unit_test(a_password_is_changed_by_who_knows_the_old_one),
        KIT_BOTH(a_tenant_sees_its_own),
        KIT_BOTH(the_first_admin_is_made_once_with_the_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
