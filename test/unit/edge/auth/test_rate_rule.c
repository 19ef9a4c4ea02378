// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/timestamp.h"
#include "edge/auth/rate_limit.h"

static void the_table_has_what_a_server_needs(void **state) {
    (void)state;
    struct rate_rules rules;
    rate_rules_init(&rules);
    assert_true(rules.count >= 15);
    for (size_t i = 0; i < rules.count; i++) {
        const struct rate_rule *rule = &rules.rows[i];
        assert_true(rule->limit >= 1 && rule->burst <= RATE_BURST_MAX);
        assert_true(rule->limit + rule->burst <= RATE_LIMIT_MAX);
        assert_true(rule->window_ns >= RATE_WINDOW_MIN_NS && rule->window_ns <= RATE_WINDOW_MAX_NS);
        assert_ptr_equal(rate_rules_find(&rules, rule->name), rule); // each name once
    }
    const struct rate_rule *login = rate_rules_find(&rules, "login"),
                           *trading = rate_rules_find(&rules, "trading");
    assert_true(login->limit == 5 && login->burst == 0 && login->window_ns == NS_PER_MIN);
    assert_true(trading->limit == 100 && trading->window_ns == NS_PER_MIN);
    assert_null(rate_rules_find(&rules, "nothing"));
}

static void a_rule_is_changed_by_a_word(void **state) {
    (void)state;
    struct rate_rules rules;
    rate_rules_init(&rules);
    assert_ok(rate_rules_change(&rules, "read=60000/1s"));
    assert_ok(rate_rules_change(&rules, "login=3/10m+2"));
    const struct rate_rule *read = rate_rules_find(&rules, "read"),
                           *login = rate_rules_find(&rules, "login");
    assert_true(read->limit == 60000 && read->burst == 0 && read->window_ns == NS_PER_S);
    assert_true(login->limit == 3 && login->burst == 2 && login->window_ns == 10 * NS_PER_MIN);
    static const struct {
        const char *text;
        int error;
    } bad[] = {{"", ERR_PARSE},
               {"login", ERR_PARSE},
               {"login=", ERR_PARSE},
               {"login=5", ERR_PARSE},
               {"login=5/", ERR_PARSE},
               {"login=/1m", ERR_PARSE},
               {"login=5/1", ERR_PARSE},
               {"login=-5/1m", ERR_PARSE},
               {"login=+5/1m", ERR_PARSE},
               {"login= 5/1m", ERR_PARSE},
               {"login=5/1m+", ERR_PARSE},
               {"login=5/1m+-1", ERR_PARSE},
               {"login=5/1m+1x", ERR_PARSE},
               {"login=99999999999999999999/1m", ERR_PARSE},
               {"login=0/1m", ERR_RANGE},
               {"login=5/1ms", ERR_RANGE},
               {"login=5/2d", ERR_RANGE},
               {"login=5/1m+251", ERR_RANGE},
               {"login=60000/1m+1", ERR_RANGE},
               {"logon=5/1m", ERR_NOT_FOUND},
               {"=5/1m", ERR_NOT_FOUND}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int rc = rate_rules_change(&rules, bad[i].text);
        if (rc != bad[i].error) fail_msg("%s: %d", bad[i].text, rc);
    }
    assert_int_equal(login->limit, 3);
    assert_int_equal(rate_rules_change(&rules, "logon=5/1m"), ERR_NOT_FOUND);
    assert_non_null(strstr(err_story(), "login"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_has_what_a_server_needs),
        cmocka_unit_test(a_rule_is_changed_by_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
