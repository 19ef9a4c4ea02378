// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <string.h>

#include "edge/api/door.h"

static struct net_address address(const char *text) {
    struct net_address parsed;
    assert_ok(net_address_parse(text, strlen(text), &parsed));
    return parsed;
}

static enum door_verdict look(struct door *door, const char *text) {
    struct net_address caller = address(text);
    int64_t wait_ns;
    return door_check(door, &caller, 1, &wait_ns);
}

static void networks_are_let_in_or_not(void **state) {
    (void)state;
    struct door door;
    assert_ok(door_init(&door, "10.0.0.0/8 2001:db8::/32", "10.6.0.0/16", NULL, NULL));
    assert_int_equal(look(&door, "10.1.2.3"), DOOR_OPEN);
    assert_int_equal(look(&door, "10.6.2.3"), DOOR_DENIED); // whatever allow says
    assert_int_equal(look(&door, "192.0.2.1"), DOOR_DENIED);
    assert_int_equal(look(&door, "2001:db8::7"), DOOR_OPEN);
    assert_int_equal(look(&door, "2001:db9::7"), DOOR_DENIED);
    assert_int_equal(look(&door, "127.0.0.1"), DOOR_OPEN); // this machine always may
    assert_int_equal(look(&door, "::1"), DOOR_OPEN);
    assert_int_equal(door.denied, 3);
    assert_ok(door_init(&door, "", NULL, "", NULL));
    assert_int_equal(look(&door, "192.0.2.1"), DOOR_OPEN);
}

static void what_is_no_network_is_refused(void **state) {
    (void)state;
    struct door door;
    assert_int_equal(door_init(&door, "10.0.0.1/8", NULL, NULL, NULL), ERR_PARSE);
    assert_int_equal(door_init(&door, NULL, "here", NULL, NULL), ERR_PARSE);
    assert_int_equal(door_init(&door, NULL, NULL, "10.0.0.0/8 there", NULL), ERR_PARSE);
    assert_non_null(strstr(err_story(), "there"));
}

static void a_proxy_may_connect_for_whom_it_speaks(void **state) {
    (void)state;
    struct door door;
    struct net_address proxy = address("192.0.2.9"), other = address("192.0.2.8");
    assert_ok(door_init(&door, "10.0.0.0/8", NULL, "192.0.2.9", NULL));
    assert_true(door_admit(&door, &proxy, 1)); // though it is not allowed itself
    assert_false(door_admit(&door, &other, 1));
}

// A request with these lines behind each other, as http_parse leaves them.
struct lines {
    char head[1024];
    struct http_field fields[8];
    size_t count, size;
};

static void add_line(struct lines *lines, const char *name, const char *value) {
    struct http_field *field = &lines->fields[lines->count++];
    field->name_at = (uint16_t)lines->size;
    field->name_size = (uint16_t)strlen(name);
    memcpy(lines->head + lines->size, name, strlen(name) + 1);
    lines->size += strlen(name) + 1;
    field->value_at = (uint16_t)lines->size;
    field->value_size = (uint16_t)strlen(value);
    memcpy(lines->head + lines->size, value, strlen(value) + 1);
    lines->size += strlen(value) + 1;
}

static void check_caller(const char *peer, const struct lines *lines, const char *caller,
                         bool tls) {
    struct door door;
    struct http_request request = {.fields = lines->fields,
                                   .field_count = lines->count,
                                   .head = lines->head,
                                   .peer = address(peer)};
    struct net_address found, right = address(caller);
    bool is_tls;
    assert_ok(door_init(&door, NULL, NULL, "192.0.2.0/24", NULL));
    door_caller(&door, &request, &found, &is_tls);
    assert_true(net_address_equal(&found, &right));
    assert_int_equal(is_tls, tls);
}

static void a_proxy_is_believed_and_nobody_else(void **state) {
    (void)state;
    struct lines lines = {.count = 0};
    check_caller("192.0.2.9", &lines, "192.0.2.9", false);
    add_line(&lines, "X-Forwarded-For", "127.0.0.1, 203.0.113.7");
    add_line(&lines, "x-forwarded-proto", "https");
    check_caller("192.0.2.9", &lines, "203.0.113.7", true); // the left one is what the caller wrote
    check_caller("198.51.100.1", &lines, "198.51.100.1", false);
    // A second field of that name goes on where the first ends: what the proxy adds is the last.
    add_line(&lines, "X-Forwarded-For", "203.0.113.8, 192.0.2.4");
    check_caller("192.0.2.9", &lines, "203.0.113.8", true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_are_let_in_or_not),
        cmocka_unit_test(what_is_no_network_is_refused),
        cmocka_unit_test(a_proxy_may_connect_for_whom_it_speaks),
        cmocka_unit_test(a_proxy_is_believed_and_nobody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
