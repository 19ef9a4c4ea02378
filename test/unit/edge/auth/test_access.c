// SPDX-License-Identifier: Apache-2.0
// The choke point, against a second reading of its header for every rule and every caller.
#include "harness.h"

#include "edge/auth/access.h"

static const int64_t now = INT64_C(1800000000000000000);

static struct principal person(enum role role) {
    return (struct principal){.user_id = 7,
                              .tenant_id = 3,
                              .role = role,
                              .scopes = role_scopes(role),
                              .second_factor = true,
                              .session_id = 5,
                              .expires_ns = now + 1};
}

// The header's words, in another order.
static enum access_verdict expected(const struct route_rule *rule, const struct principal *who) {
    if (rule->is_public) return ACCESS_ALLOW;
    if (who == NULL || who->expires_ns <= now) return ACCESS_UNKNOWN;
    bool key = who->key_id > 0;
    if ((int)who->role < (int)rule->min_role) return ACCESS_DENIED;
    for (int bit = 0; bit < SCOPE_COUNT; bit++) {
        bool asked = rule->scopes >> bit & 1, held = who->scopes >> bit & 1;
        if (asked && (!held || !(role_scopes(who->role) >> bit & 1))) return ACCESS_DENIED;
    }
    if (key && (rule->person_only || rule->step_up)) return ACCESS_DENIED;
    if (!key && !who->second_factor && !rule->without_factor &&
        (rule->second_factor || rule->min_role == ROLE_ADMIN || who->role == ROLE_ADMIN))
        return ACCESS_FACTOR_NEEDED;
    if (rule->step_up && !(who->step_up_ns > 0 && who->step_up_ns <= now &&
                           who->step_up_ns >= now - ACCESS_STEP_UP_NS))
        return ACCESS_STEP_UP_NEEDED;
    return ACCESS_ALLOW;
}

static void every_rule_judges_every_caller_as_it_says(void **state) {
    (void)state;
    static const uint32_t asked[] = {SCOPE_READ, SCOPE_TRADE, SCOPE_READ | SCOPE_RUN, SCOPE_ADMIN};
    const int64_t steps[] = {0, now, now - ACCESS_STEP_UP_NS, now - ACCESS_STEP_UP_NS - 1, now + 1};
    int counts[ACCESS_NOT_FOUND + 1] = {0}, cells = 0;
    for (int bits = 0; bits < 16; bits++)
        for (int min = ROLE_VIEWER; min <= ROLE_ADMIN; min++)
            for (int s = 0; s < 4; s++) {
                struct route_rule rule = {.min_role = (enum role)min,
                                          .scopes = asked[s],
                                          .person_only = bits & 1,
                                          .second_factor = bits & 2,
                                          .step_up = bits & 4,
                                          .without_factor = bits & 8};
                assert_true(access_rule_is_whole(&rule));
                for (int c = 0; c < 4 * 2 * 2 * 5 * 3 * 2; c++) {
                    struct principal who = person((enum role)(c % 4));
                    int rest = c / 4;
                    who.second_factor = rest % 2;
                    rest /= 2;
                    if (rest % 2) who.key_id = 11, who.session_id = 0;
                    rest /= 2;
                    who.step_up_ns = steps[rest % 5];
                    rest /= 5;
                    who.scopes = rest % 3 == 0   ? SCOPE_ALL
                                 : rest % 3 == 1 ? SCOPE_READ
                                                 : SCOPE_TRADE;
                    rest /= 3;
                    who.expires_ns = now + rest % 2;
                    enum access_verdict verdict = access_check(&rule, &who, now);
                    assert_int_equal(verdict, expected(&rule, &who));
                    counts[verdict]++;
                    cells++;
                }
                assert_int_equal(access_check(&rule, NULL, now), ACCESS_UNKNOWN);
            }
    print_message("%d cells: %d allowed\n", cells, counts[ACCESS_ALLOW]);
    assert_true(counts[ACCESS_ALLOW] > 0 && counts[ACCESS_UNKNOWN] > 0 &&
                counts[ACCESS_DENIED] > 0 && counts[ACCESS_FACTOR_NEEDED] > 0 &&
                counts[ACCESS_STEP_UP_NEEDED] > 0);
}

static void a_public_route_asks_for_nobody(void **state) {
    (void)state;
    static const struct route_rule rule = {.is_public = true};
    struct principal who = person(ROLE_VIEWER);
    who.expires_ns = 1;
    assert_int_equal(access_check(&rule, NULL, now), ACCESS_ALLOW);
    assert_int_equal(access_check(&rule, &who, now), ACCESS_ALLOW);
}

static void call_without_rule(void *context) {
    (void)context;
    static const struct route_rule nothing = {.is_public = false};
    (void)access_check(&nothing, NULL, now);
}

static void a_route_without_a_rule_stops_the_program(void **state) {
    (void)state;
    assert_false(access_rule_is_whole(&(struct route_rule){.min_role = ROLE_VIEWER}));
    assert_false(access_rule_is_whole(&(struct route_rule){.scopes = SCOPE_READ}));
    assert_false(
        access_rule_is_whole(&(struct route_rule){.min_role = ROLE_COUNT, .scopes = SCOPE_READ}));
    assert_false(
        access_rule_is_whole(&(struct route_rule){.min_role = ROLE_ADMIN, .scopes = 1 << 9}));
    harness_assert_aborts(call_without_rule, NULL, "access_rule_is_whole");
}

static void missing_and_not_yours_are_one_answer(void **state) {
    (void)state;
    struct principal trader = person(ROLE_TRADER), admin = person(ROLE_ADMIN);
    const struct {
        struct access_owner owner;
        enum access_verdict trader, admin;
    } rows[] = {{{0, 0}, ACCESS_NOT_FOUND, ACCESS_NOT_FOUND}, // missing
                {{0, 7}, ACCESS_NOT_FOUND, ACCESS_NOT_FOUND},
                {{-1, 0}, ACCESS_NOT_FOUND, ACCESS_NOT_FOUND},
                {{4, 0}, ACCESS_NOT_FOUND, ACCESS_NOT_FOUND}, // another tenant's
                {{4, 7}, ACCESS_NOT_FOUND, ACCESS_NOT_FOUND},
                {{3, 8}, ACCESS_NOT_FOUND, ACCESS_ALLOW}, // another user's
                {{3, 7}, ACCESS_ALLOW, ACCESS_ALLOW},
                {{3, 0}, ACCESS_ALLOW, ACCESS_ALLOW}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(access_object(&trader, rows[i].owner), rows[i].trader);
        assert_int_equal(access_object(&admin, rows[i].owner), rows[i].admin);
    }
    assert_int_equal(access_user(&admin, 8, 3), ACCESS_ALLOW);
    assert_int_equal(access_user(&admin, 8, 4), ACCESS_NOT_FOUND);
    assert_int_equal(access_user(&admin, 7, 3), ACCESS_DENIED); // oneself
    struct principal none = person(ROLE_ADMIN);
    none.tenant_id = 0; // a row of nobody is not everybody's
    assert_int_equal(access_object(&none, (struct access_owner){0, 0}), ACCESS_NOT_FOUND);
}

static void verdicts_have_a_status_and_a_word(void **state) {
    (void)state;
    static const int statuses[] = {200, 401, 403, 403, 403, 404};
    for (int i = 0; i <= ACCESS_NOT_FOUND; i++) {
        assert_int_equal(access_status((enum access_verdict)i), statuses[i]);
        assert_true(strlen(access_word((enum access_verdict)i)) > 3);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_judges_every_caller_as_it_says),
        cmocka_unit_test(a_public_route_asks_for_nobody),
        cmocka_unit_test(a_route_without_a_rule_stops_the_program),
        cmocka_unit_test(missing_and_not_yours_are_one_answer),
        cmocka_unit_test(verdicts_have_a_status_and_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
