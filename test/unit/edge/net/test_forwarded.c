// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/net/forwarded.h"

static struct net_address address(const char *text) {
    struct net_address result;
    assert_int_equal(net_address_parse(text, strlen(text), &result), 0);
    return result;
}

static struct net_ranges proxies(void) {
    static struct net_range items[3];
    assert_ok(net_range_parse("10.0.0.0/8", 10, &items[0]));
    assert_ok(net_range_parse("2001:db8::1", 11, &items[1]));
    assert_ok(net_range_parse("127.0.0.1", 9, &items[2]));
    return (struct net_ranges){items, 3};
}

static void the_client_is_the_rightmost_that_is_not_ours(void **state) {
    static const struct {
        const char *peer, *list, *client;
    } rows[] = {
        {"192.0.2.9", NULL, "192.0.2.9"},
        {"192.0.2.9", "10.0.0.1", "192.0.2.9"}, // a stranger's words
        {"192.0.2.9", "127.0.0.1, 10.0.0.1", "192.0.2.9"},
        {"10.0.0.1", NULL, "10.0.0.1"},
        {"10.0.0.1", "", "10.0.0.1"},
        {"10.0.0.1", " \t ", "10.0.0.1"},
        {"10.0.0.1", ",", "10.0.0.1"},
        {"10.0.0.1", "192.0.2.9", "192.0.2.9"},
        {"10.0.0.1", "1.1.1.1, 192.0.2.9", "192.0.2.9"},
        {"10.0.0.1", "1.1.1.1,192.0.2.9,10.0.0.2", "192.0.2.9"},
        {"10.0.0.1", "1.1.1.1 , 192.0.2.9\t, 10.0.0.2 ,10.9.9.9", "192.0.2.9"},
        {"10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
        {"10.0.0.1", "192.0.2.9, unknown", "10.0.0.1"},
        {"10.0.0.1", "192.0.2.9, unknown, 10.0.0.2", "10.0.0.2"},
        {"10.0.0.1", "192.0.2.9, 10.0.0.2,", "10.0.0.1"},
        {"10.0.0.1", "127.0.0.1.example.com", "10.0.0.1"},
        {"10.0.0.1", "192.0.2.9:8080", "192.0.2.9"},
        {"10.0.0.1", "[2001:db8::9]:8080", "2001:db8::9"},
        {"10.0.0.1", "[2001:db8::9]", "2001:db8::9"},
        {"10.0.0.1", "2001:db8::9", "2001:db8::9"},
        {"10.0.0.1", "2001:db8::1", "2001:db8::1"},
        {"10.0.0.1", "2001:db8::2", "2001:db8::2"},
        {"10.0.0.1", "[2001:db8::9", "10.0.0.1"},
        {"10.0.0.1", "[2001:db8::9]x", "10.0.0.1"},
        {"10.0.0.1", "192.0.2.9:", "10.0.0.1"},
        {"10.0.0.1", "192.0.2.9:x", "10.0.0.1"},
        {"10.0.0.1", "::ffff:192.0.2.9", "192.0.2.9"},
        {"2001:db8::1", "192.0.2.9", "192.0.2.9"},
        {"2001:db8::2", "192.0.2.9", "2001:db8::2"},
    };
    struct net_ranges trusted = proxies();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct net_address peer = address(rows[i].peer), expected = address(rows[i].client);
        struct net_address client = forwarded_client(&peer, rows[i].list, &trusted);
        if (!net_address_equal(&client, &expected)) fail_msg("row %zu: %s", i, rows[i].list);
    }
}

static void a_list_without_end_is_read_so_far(void **state) {
    struct net_ranges trusted = proxies();
    struct net_address peer = address("10.0.0.1"), first = address("10.0.0.9");
    char list[40 * 10 + 16] = "192.0.2.9";
    for (int i = 0; i < 40; i++) strncat(list, ",10.0.0.9", 10);
    struct net_address client = forwarded_client(&peer, list, &trusted);
    assert_true(net_address_equal(&client, &first));
}

static void without_proxies_nobody_is_believed(void **state) {
    struct net_ranges none = {0};
    struct net_address peer = address("10.0.0.1");
    struct net_address client = forwarded_client(&peer, "192.0.2.9", &none);
    assert_true(net_address_equal(&client, &peer));
}

static void tls_is_the_connections_or_what_a_proxy_says(void **state) {
    struct net_ranges trusted = proxies();
    struct net_address ours = address("10.0.0.1"), strange = address("192.0.2.9");
    assert_true(forwarded_is_tls(&strange, true, NULL, &trusted));
    assert_true(forwarded_is_tls(&ours, false, "https", &trusted));
    assert_false(forwarded_is_tls(&ours, false, "http", &trusted));
    assert_false(forwarded_is_tls(&ours, false, "https, http", &trusted));
    assert_false(forwarded_is_tls(&ours, false, NULL, &trusted));
    assert_false(forwarded_is_tls(&strange, false, "https", &trusted));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_client_is_the_rightmost_that_is_not_ours),
        cmocka_unit_test(a_list_without_end_is_read_so_far),
        cmocka_unit_test(without_proxies_nobody_is_believed),
        cmocka_unit_test(tls_is_the_connections_or_what_a_proxy_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
