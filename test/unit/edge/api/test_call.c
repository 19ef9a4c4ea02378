// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/api/call.h"

static const struct field query[] = {CALL_PAGE_FIELDS};
static const struct route row = {.path = "/x/{run}", .id = "x", ROUTE_QUERY(query)};

// Reads a list of keys page by page; how many pages it took.
static int read_all(const char *const *keys, size_t count, bool falling, const char *limit,
                    struct text *ret_read) {
    char cursor[300] = "";
    int pages = 0;
    do {
        struct call call = {.route = &row,
                            .query = {(char *)limit, cursor[0] != '\0' ? cursor : NULL}};
        struct call_page page;
        text_init(&call.out, 1 << 16);
        assert_ok(call_page_begin(&call, &page));
        page.falling = falling;
        for (size_t i = 0; i < count; i++)
            if (call_page_take(&page, keys[falling ? count - 1 - i : i]))
                text_add(ret_read, keys[falling ? count - 1 - i : i]);
        call_page_end(&call, &page);
        json_t *value = json_loads(text_string(&call.out), 0, NULL);
        const char *next = json_string_value(json_object_get(value, "next"));
        snprintf(cursor, sizeof cursor, "%s", next != NULL ? next : "");
        json_decref(value);
        text_fini(&call.out);
        pages++;
    } while (cursor[0] != '\0' && pages < 100);
    return pages;
}

static void pages_give_each_item_once_in_either_direction(void **state) {
    (void)state;
    static const char *const keys[] = {"a", "ab", "b", "c\xc3\xa4", "dd"};
    struct text read;
    text_init(&read, 4096);
    assert_int_equal(read_all(keys, 5, false, "2", &read), 3);
    assert_string_equal(text_string(&read), "aabbc\xc3\xa4"
                                            "dd");
    text_clear(&read);
    assert_int_equal(read_all(keys, 5, true, "1", &read), 5);
    assert_string_equal(text_string(&read), "ddc\xc3\xa4"
                                            "baba");
    text_clear(&read);
    assert_int_equal(read_all(keys, 5, false, "5", &read), 1);
    text_fini(&read);
}

static void a_cursor_that_nobody_gave_is_refused(void **state) {
    (void)state;
    static const char *const cursors[] = {"A", "AAAA", "AAECAw", "____"};
    for (size_t i = 0; i < 4; i++) {
        struct call call = {.route = &row, .query = {NULL, (char *)cursors[i]}};
        struct call_page page;
        text_init(&call.out, 1 << 16);
        int rc = call_page_begin(&call, &page);
        if (rc != ERR_ARGUMENT && i < 3) fail_msg("%s: %d", cursors[i], rc);
        text_fini(&call.out);
    }
}

static void members_and_parameters_have_their_defaults(void **state) {
    (void)state;
    struct call call = {.route = &row,
                        .params = {(char *)"one"},
                        .body = json_pack("{s:i,s:s,s:b,s:n}", "n", 5, "t", "x", "b", 1, "none")};
    assert_string_equal(call_param(&call, "run"), "one");
    assert_int_equal(call_query_int(&call, "limit", 100), 100);
    assert_int_equal(call_int(&call, "n", 1), 5);
    assert_int_equal(call_int(&call, "none", 1), 1);
    assert_string_equal(call_text(&call, "t"), "x");
    assert_string_equal(call_text(&call, "none"), "");
    assert_true(call_bool(&call, "b", false));
    assert_int_equal(call_refuse(&call, "/n", "is %d", 4), ERR_ARGUMENT);
    assert_int_equal(call.status, 422);
    assert_string_equal(call.fault.words, "is 4");
    json_decref(call.body);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_give_each_item_once_in_either_direction),
        cmocka_unit_test(a_cursor_that_nobody_gave_is_refused),
        cmocka_unit_test(members_and_parameters_have_their_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
