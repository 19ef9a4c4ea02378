// SPDX-License-Identifier: Apache-2.0
#include "auth_kit.h"
#include "edge/auth/auth_state.h"

static void a_token_holds_as_long_as_what_it_says(void **state) {
    struct kit kit;
    const char *reason;
    char text[TOKEN_TEXT_SIZE];
    kit_make(&kit, state);
    struct session_tokens tokens = kit_enter(&kit, "tom");
    assert_int_equal(kit_ask(&kit, tokens.access, &reason).user_id, kit.trader);
    assert_string_equal(reason, "valid");
    struct token_claims claims;
    assert_int_equal(token_verify(&kit.secrets.tokens, tokens.access, strlen(tokens.access),
                                  TOKEN_ACCESS, KIT_START / NS_PER_S, &claims),
                     TOKEN_VALID);
    const struct token_claims right = claims;
    const struct {
        int64_t user, tenant, version;
        enum role role;
        const char *reason;
    } rows[] = {{right.user_id + 100, right.tenant_id, right.version, right.role, "no such user"},
                {right.user_id, kit.other_tenant, right.version, right.role, "another tenant"},
                {right.user_id, right.tenant_id, right.version + 1, right.role, "older version"},
                {right.user_id, right.tenant_id, right.version - 1, right.role, "older version"},
                {right.user_id, right.tenant_id, right.version, ROLE_ADMIN, "older version"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        claims = right;
        claims.user_id = rows[i].user;
        claims.tenant_id = rows[i].tenant;
        claims.version = rows[i].version;
        claims.role = rows[i].role;
        token_issue(&kit.secrets.tokens, &claims, text); // signed by us all the same
        assert_int_equal(kit_ask(&kit, text, &reason).user_id, 0);
        assert_string_equal(reason, rows[i].reason);
    }
    kit.caller.now_ns += TOKEN_ACCESS_S * NS_PER_S;
    assert_int_equal(kit_ask(&kit, tokens.access, &reason).user_id, 0);
    assert_string_equal(reason, "expired");
    kit_drop(&kit);
}

static void a_ticket_is_good_once_and_for_half_a_minute(void **state) {
    struct kit kit;
    char ticket[AUTH_TICKET_SIZE];
    struct principal who;
    kit_make(&kit, state);
    struct principal tom = kit_principal(&kit, "tom");
    assert_ok(auth_ticket_issue(kit.auth, &tom, kit.caller.now_ns, ticket));
    assert_false(auth_ticket_redeem(kit.auth, ticket, 10, kit.caller.now_ns, &who));
    assert_true(auth_ticket_redeem(kit.auth, ticket, strlen(ticket), kit.caller.now_ns, &who));
    assert_int_equal(who.user_id, kit.trader);
    assert_false(auth_ticket_redeem(kit.auth, ticket, strlen(ticket), kit.caller.now_ns, &who));
    assert_ok(auth_ticket_issue(kit.auth, &tom, kit.caller.now_ns, ticket));
    assert_false(auth_ticket_redeem(kit.auth, ticket, strlen(ticket),
                                    kit.caller.now_ns + 30 * NS_PER_S, &who));
    assert_ok(auth_ticket_issue(kit.auth, &tom, kit.caller.now_ns, ticket));
    assert_ok(session_logout(kit.auth, kit.sql, &tom, &kit.caller));
    assert_false(auth_ticket_redeem(kit.auth, ticket, strlen(ticket), kit.caller.now_ns,
                                    &who)); // its session ended
    for (int i = 1; i < AUTH_TICKETS_MAX; i++)
        (void)!auth_ticket_issue(kit.auth, &tom, kit.caller.now_ns, ticket);
    (void)!auth_ticket_issue(kit.auth, &tom, kit.caller.now_ns, ticket);
    assert_int_equal(auth_ticket_issue(kit.auth, &tom, kit.caller.now_ns, ticket), ERR_FULL);
    assert_ok(auth_ticket_issue(kit.auth, &tom, kit.caller.now_ns + 30 * NS_PER_S, ticket));
    kit_drop(&kit);
}

static void a_stream_ends_with_what_it_began_with(void **state) {
    struct kit kit;
    kit_make(&kit, state);
    struct principal tom = kit_principal(&kit, "tom"), other = tom;
    assert_true(auth_still(kit.auth, &tom, kit.caller.now_ns));
    assert_false(auth_still(kit.auth, &tom, tom.expires_ns));
    other.tenant_id = kit.other_tenant;
    assert_false(auth_still(kit.auth, &other, kit.caller.now_ns));
    assert_ok(
        user_set_role(kit.auth, kit.sql, NULL, kit.tenant, kit.trader, ROLE_VIEWER, &kit.caller));
    assert_false(auth_still(kit.auth, &tom, kit.caller.now_ns));
    kit_drop(&kit);
}

static void rows_whose_time_is_over_go(void **state) {
    struct kit kit;
    kit_make(&kit, state);
    for (int i = 0; i < 3; i++) {
        struct principal tom = kit_principal(&kit, "tom");
        assert_ok(session_logout(kit.auth, kit.sql, &tom, &kit.caller));
    }
    assert_int_equal(database_int(kit.sql, "SELECT COUNT(*) FROM denied_tokens"), 3);
    assert_int_equal(directory_denied_count(kit.auth->directory, kit.caller.now_ns),
                     3); // never more than live tokens
    assert_ok(auth_refresh(kit.auth, kit.sql, kit.caller.now_ns));
    assert_int_equal(database_int(kit.sql, "SELECT COUNT(*) FROM denied_tokens"), 3);
    kit.caller.now_ns += 9 * NS_PER_DAY;
    assert_ok(auth_refresh(kit.auth, kit.sql, kit.caller.now_ns));
    assert_int_equal(database_int(kit.sql, "SELECT COUNT(*) FROM denied_tokens"), 0);
    assert_int_equal(database_int(kit.sql, "SELECT COUNT(*) FROM refresh_tokens"), 0);
    assert_int_equal(database_int(kit.sql, "SELECT COUNT(*) FROM identity_changes"), 0);
    assert_int_equal(directory_denied_count(kit.auth->directory, kit.caller.now_ns), 0);
    kit_drop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        KIT_BOTH(a_token_holds_as_long_as_what_it_says),
        cmocka_unit_test(a_ticket_is_good_once_and_for_half_a_minute),
        cmocka_unit_test(a_stream_ends_with_what_it_began_with),
        cmocka_unit_test(rows_whose_time_is_over_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
