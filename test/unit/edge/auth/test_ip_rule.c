// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/auth/ip_rule.h"

static struct ip ip(const char *text) {
    struct ip one;
    assert_int_equal(ip_parse(text, strlen(text), &one), 0);
    return one;
}

static void a_list_is_read_whole_or_not_at_all(void **state) {
    (void)state;
    struct ip_list list;
    char text[128], many[2048] = "";
    assert_ok(ip_list_parse("  10.0.0.0/8, 2001:db8::/32\n192.0.2.7 ", &list));
    assert_int_equal(list.count, 3);
    assert_ok(ip_list_print(&list, text, sizeof text));
    assert_string_equal(text, "10.0.0.0/8 2001:db8::/32 192.0.2.7/32");
    assert_int_equal(ip_list_print(&list, text, 20), ERR_FULL);
    assert_ok(ip_list_parse("", &list));
    assert_int_equal(list.count, 0);
    list.count = 7;
    assert_int_equal(ip_list_parse("10.0.0.0/8 10.0.0.1/8", &list), ERR_PARSE);
    assert_non_null(strstr(err_story(), "'10.0.0.1/8'"));
    assert_int_equal(list.count, 7);
    for (int i = 0; i <= IP_LIST_MAX; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "10.0.0.%d ", i);
    assert_int_equal(ip_list_parse(many, &list), ERR_FULL);
}

static void what_is_denied_is_denied_though_it_is_allowed(void **state) {
    (void)state;
    struct ip_rules rules = {.allow = {.count = 0}};
    struct ip inside = ip("10.1.2.3"), worst = ip("10.6.6.6"), outside = ip("192.0.2.1");
    assert_true(ip_rules_allow(&rules, &outside)); // no list, no limit
    assert_ok(ip_list_parse("10.6.0.0/16", &rules.deny));
    assert_true(ip_rules_allow(&rules, &outside));
    assert_false(ip_rules_allow(&rules, &worst));
    assert_ok(ip_list_parse("10.0.0.0/8", &rules.allow));
    assert_true(ip_rules_allow(&rules, &inside));
    assert_false(ip_rules_allow(&rules, &worst));
    assert_false(ip_rules_allow(&rules, &outside));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_read_whole_or_not_at_all),
        cmocka_unit_test(what_is_denied_is_denied_though_it_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
