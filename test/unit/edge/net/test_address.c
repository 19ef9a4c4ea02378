// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/net/address.h"

static struct net_address address(const char *text) {
    struct net_address result;
    assert_int_equal(net_address_parse(text, strlen(text), &result), 0);
    return result;
}

static struct net_range range(const char *text) {
    struct net_range result;
    assert_ok(net_range_parse(text, strlen(text), &result));
    return result;
}

static void an_address_is_printed_in_its_shortest_form(void **state) {
    static const char *const rows[][2] = {
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"2001:0DB8:0:0:0:0:0:1", "2001:db8::1"},
        {"::", "::"},
        {"::1", "::1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"::ffff:c000:0201", "192.0.2.1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buf[NET_ADDRESS_TEXT_SIZE];
        struct net_address one = address(rows[i][0]), again;
        size_t len = net_address_print(buf, sizeof buf, &one);
        assert_string_equal(buf, rows[i][1]);
        assert_int_equal(net_address_parse(buf, len, &again), 0);
        assert_true(net_address_equal(&one, &again));
    }
}

static void what_is_no_address_is_refused(void **state) {
    static const char *const rows[] = {
        "",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3.4 ",
        " 1.2.3.4",
        "1.2.3.4:80",
        "::1%lo",
        "[::1]",
        ":::",
        "1::2::3",
        "12345::",
        "localhost",
        "1.2.3.-4",
        "0x1.2.3.4",
        "1:2:3:4:5:6:7:8:9",
        "::ffff:1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct net_address result;
        if (net_address_parse(rows[i], strlen(rows[i]), &result) != ERR_PARSE)
            fail_msg("%s", rows[i]);
    }
    struct net_address result;
    assert_int_equal(net_address_parse("1.2.3.4\0", 8, &result), ERR_PARSE);
}

static void loopback_is_what_never_leaves_the_machine(void **state) {
    assert_true(net_is_loopback("127.0.0.1"));
    assert_true(net_is_loopback("127.255.0.9"));
    assert_true(net_is_loopback("::1"));
    assert_true(net_is_loopback("::ffff:127.0.0.1"));
    assert_true(net_is_loopback("localhost"));
    assert_false(net_is_loopback("128.0.0.1"));
    assert_false(net_is_loopback("0.0.0.0"));
    assert_false(net_is_loopback("::"));
    assert_false(net_is_loopback("::2"));
    assert_false(net_is_loopback("localhost.example.com"));
    assert_false(net_is_loopback(""));
}

static void a_range_holds_what_shares_its_first_bits(void **state) {
    static const struct {
        const char *range, *address;
        bool held;
    } rows[] = {
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"0.0.0.0/0", "255.255.255.255", true},
        {"0.0.0.0/0", "::1", false},
        {"::/0", "2001:db8::", true},
        {"::/0", "192.0.2.1", false},
        {"2001:db8::/32", "2001:db8:ffff::1", true},
        {"2001:db8::/32", "2001:db9::", false},
        {"2001:db8::1", "2001:db8::1", true},
        {"2001:db8::1", "2001:db8::2", false},
        {"2001:db8::1", "2001:db8:1::", false},
        {"2001:db8:8000::/33", "2001:db8::", false},
        {"::ffff:10.0.0.0/8", "10.9.9.9", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct net_range one = range(rows[i].range);
        struct net_address other = address(rows[i].address);
        if (net_range_holds(&one, &other) != rows[i].held)
            fail_msg("%s %s", rows[i].range, rows[i].address);
    }
}

static void a_slip_of_the_pen_is_no_range(void **state) {
    static const char *const rows[] = {
        "",
        "192.0.2.0/",
        "192.0.2.0/33",
        "192.0.2.0/024",
        "192.0.2.0/-1",
        "192.0.2.1/24",
        "2001:db8::/129",
        "2001:db8::1/64",
        "/24",
        "192.0.2.0/24/8",
        "example.com",
        "192.0.2.0/+8",
        "192.0.2.0/8 ",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct net_range result;
        if (net_range_parse(rows[i], strlen(rows[i]), &result) != ERR_PARSE)
            fail_msg("%s", rows[i]);
        assert_true(err_story()[0] != '\0');
    }
}

// An entry without a mask is one address: the first 32 bits of an IPv6 address are not what was meant.
static void an_ipv6_entry_without_a_mask_is_one_address(void **state) {
    struct net_range one = range("2001:db8:1:2::3");
    struct net_address same_net = address("2001:db8:9:9::9");
    assert_int_equal(one.bits, 128);
    assert_false(net_range_holds(&one, &same_net));
}

static void a_list_holds_what_one_of_its_ranges_holds(void **state) {
    struct net_range items[] = {range("10.0.0.0/8"), range("2001:db8::/32")};
    struct net_ranges list = {items, 2};
    struct net_address first = address("10.1.1.1"), second = address("2001:db8::5"),
                       none = address("11.1.1.1");
    assert_true(net_ranges_hold(&list, &first));
    assert_true(net_ranges_hold(&list, &second));
    assert_false(net_ranges_hold(&list, &none));
    assert_false(net_ranges_hold(&(struct net_ranges){0}, &first));
}

static void a_customer_is_an_ipv4_address_or_an_ipv6_64(void **state) {
    struct net_address a = address("2001:db8:0:1::1"), b = address("2001:db8:0:1:ffff::2"),
                       c = address("2001:db8:0:2::1"), d = address("192.0.2.1"),
                       e = address("192.0.2.2");
    assert_true(net_address_key(&a, 7) == net_address_key(&b, 7));
    assert_true(net_address_key(&a, 7) != net_address_key(&c, 7));
    assert_true(net_address_key(&d, 7) != net_address_key(&e, 7));
    assert_true(net_address_key(&a, 7) != net_address_key(&a, 8));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_printed_in_its_shortest_form),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(loopback_is_what_never_leaves_the_machine),
        cmocka_unit_test(a_range_holds_what_shares_its_first_bits),
        cmocka_unit_test(a_slip_of_the_pen_is_no_range),
        cmocka_unit_test(an_ipv6_entry_without_a_mask_is_one_address),
        cmocka_unit_test(a_list_holds_what_one_of_its_ranges_holds),
        cmocka_unit_test(a_customer_is_an_ipv4_address_or_an_ipv6_64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
