// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/auth/ip.h"

static struct ip ip(const char *text) {
    struct ip one;
    if (ip_parse(text, strlen(text), &one) < 0) fail_msg("%s", text);
    return one;
}

static struct ip_network network(const char *text) {
    struct ip_network one;
    if (ip_network_parse(text, strlen(text), &one) < 0) fail_msg("%s", text);
    return one;
}

static void addresses_are_read_and_printed_in_one_way(void **state) {
    (void)state;
    static const char *const rows[][2] = {{"192.0.2.7", "192.0.2.7"},
                                          {"::ffff:192.0.2.7", "192.0.2.7"},
                                          {"::FFFF:c000:207", "192.0.2.7"},
                                          {"0.0.0.0", "0.0.0.0"},
                                          {"255.255.255.255", "255.255.255.255"},
                                          {"::", "::"},
                                          {"::1", "::1"},
                                          {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
                                          {"fe80::1", "fe80::1"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[IP_TEXT_SIZE];
        struct ip one = ip(rows[i][0]);
        assert_int_equal(ip_print(text, &one), strlen(rows[i][1]));
        assert_string_equal(text, rows[i][1]);
    }
}

static void what_is_no_address_or_network_is_refused(void **state) {
    (void)state;
    static const char *const addresses[] = {"",
                                            " ",
                                            "1",
                                            "1.2.3",
                                            "1.2.3.4.5",
                                            "1.2.3.256",
                                            "01.2.3.4",
                                            "1.2.3.04",
                                            "0x1.2.3.4",
                                            "1.2.3.4 ",
                                            " 1.2.3.4",
                                            "1.2.3.4/32",
                                            "127.1",
                                            "2130706433",
                                            ":",
                                            ":::",
                                            "1::2::3",
                                            "::1%eth0",
                                            "[::1]",
                                            "12345::",
                                            "::ffff:1.2.3.256",
                                            "g::1",
                                            "localhost",
                                            "1.2.3.-4",
                                            "::1.2.3.4.5",
                                            "2001:0db8:0000:0000:0000:0000:0000:0001:0000:0000"};
    static const char *const networks[] = {"10.0.0.0/",   "10.0.0.0/33",
                                           "10.0.0.0/08", "10.0.0.0/-1",
                                           "10.0.0.0/+8", "10.0.0.0/8 ",
                                           "10.0.0.1/8",  "10.0.0.0/255.0.0.0",
                                           "::/129",      "2001:db8::1/32",
                                           "/8",          "10.0.0.0//8",
                                           "::/1280",     "*",
                                           "0.0.0.0/0/0"};
    struct ip one;
    struct ip_network net;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        assert_int_equal(ip_parse(addresses[i], strlen(addresses[i]), &one), ERR_PARSE);
    assert_int_equal(ip_parse("1.2.3.4\0", 8, &one), ERR_PARSE);
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        if (ip_network_parse(networks[i], strlen(networks[i]), &net) != ERR_PARSE)
            fail_msg("%s", networks[i]);
}

static void a_network_without_a_mask_is_one_address(void **state) {
    (void)state;
    char text[IP_NETWORK_TEXT_SIZE];
    // An allow-list that took an address of IPv6 for a /32 has let strangers in elsewhere.
    struct ip_network one = network("2001:db8::7");
    ip_network_print(text, &one);
    assert_string_equal(text, "2001:db8::7/128");
    struct ip next = ip("2001:db8::8");
    assert_false(ip_within(&next, &one));
    one = network("192.0.2.7");
    ip_network_print(text, &one);
    assert_string_equal(text, "192.0.2.7/32");
}

static void an_address_is_within_its_networks_alone(void **state) {
    (void)state;
    static const struct {
        const char *network, *inside, *outside;
    } rows[] = {{"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
                {"10.0.0.0/8", "::ffff:10.1.2.3", "::10.1.2.3"},
                {"192.0.2.128/25", "192.0.2.128", "192.0.2.127"},
                {"192.0.2.7/32", "192.0.2.7", "192.0.2.6"},
                {"0.0.0.0/0", "255.1.2.3", "::1"},
                {"::/0", "2001:db8::1", "10.0.0.1"},
                {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"},
                {"2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"},
                {"::1/128", "::1", "::2"},
                {"::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.0"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ip_network net = network(rows[i].network);
        struct ip in = ip(rows[i].inside), out = ip(rows[i].outside);
        if (!ip_within(&in, &net) || ip_within(&out, &net)) fail_msg("%s", rows[i].network);
    }
}

static void a_caller_is_an_address_or_a_64(void **state) {
    (void)state;
    struct ip a = ip("2001:db8:1:2:aaaa::1"), b = ip("2001:db8:1:2:bbbb::2"),
              c = ip("2001:db8:1:3::1");
    struct ip d = ip("192.0.2.1"), e = ip("192.0.2.2");
    struct ip ca = ip_caller(&a), cb = ip_caller(&b), cc = ip_caller(&c), cd = ip_caller(&d),
              ce = ip_caller(&e);
    assert_true(ip_equal(&ca, &cb));
    assert_false(ip_equal(&ca, &cc));
    assert_false(ip_equal(&cd, &ce));
    assert_true(ip_is_loopback(&(struct ip){.bytes = {[15] = 1}}));
    d = ip("127.9.9.9");
    assert_true(ip_is_loopback(&d));
    assert_false(ip_is_loopback(&e));
    assert_false(ip_is_loopback(&a));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_and_printed_in_one_way),
        cmocka_unit_test(what_is_no_address_or_network_is_refused),
        cmocka_unit_test(a_network_without_a_mask_is_one_address),
        cmocka_unit_test(an_address_is_within_its_networks_alone),
        cmocka_unit_test(a_caller_is_an_address_or_a_64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
