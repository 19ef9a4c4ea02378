// SPDX-License-Identifier: Apache-2.0
#include <jansson.h>

#include "program.h"

static const char *file_of(const char *text) {
    static char path[64];
    snprintf(path, sizeof path, "/tmp/fulmar-match-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return path;
}

// The example of docs/matching.md.
static void an_auction_is_run_from_a_file(void **state) {
    const char *path = file_of("action,id,owner,side,qty,price,phase\n"
                               "new,1,ann,buy,300,10.02,\n"
                               "new,2,bob,sell,200,10.00,\n"
                               "new,3,cid,sell,200,10.01,\n"
                               "phase,,,,,,continuous\n");
    struct program *program = program_run("match %s --phase opening_call --print trades", path);
    assert_int_equal(program->status, 0);
    assert_string_equal(program->out,
                        "time,event,id,owner,side,price,qty,leaves,other_id,other_owner,other_"
                        "leaves,number,reason\n"
                        "1970-01-01T00:00:00Z,fill,1,ann,,10.01,200,100,2,bob,0,1,\n"
                        "1970-01-01T00:00:00Z,fill,1,ann,,10.01,100,0,3,cid,100,2,\n");
    program = program_run("match - --phase opening_call --json < %s | tail -1", path);
    json_t *object = json_loads(program->out, 0, NULL);
    assert_non_null(object);
    assert_string_equal(json_string_value(json_object_get(object, "event")), "phase_changed");
    assert_string_equal(json_string_value(json_object_get(object, "reason")), "continuous");
    json_decref(object);
    unlink(path);
}

static void the_book_at_the_end_is_printed(void **state) {
    const char *path = file_of("id,side,qty,price,display\n1,buy,5,9.99,\n2,sell,7,10.01,2\n"
                               "3,buy,1,10.01,\n");
    struct program *program = program_run("match %s --print book --json", path);
    json_t *object = json_loads(program->out, 0, NULL);
    assert_non_null(object);
    assert_int_equal(json_integer_value(json_object_get(object, "trades")), 1);
    json_t *ask = json_array_get(json_object_get(object, "asks"), 0);
    assert_string_equal(json_string_value(json_object_get(ask, "qty")), "1");
    assert_string_equal(json_string_value(json_object_get(ask, "price")), "10.01");
    json_decref(object);
    program = program_run("match %s --print book", path);
    assert_non_null(strstr(program->out, "continuous; 1 trades of 1, 2 orders; state "));
    unlink(path);
}

static void a_replace_keeps_what_its_line_leaves_out(void **state) {
    const char *path = file_of("action,id,side,qty,price\nnew,1,buy,5,9.99\nreplace,1,,3,\n"
                               "replace,1,,,9.98\n");
    struct program *program = program_run("match %s --min-price 1", path);
    assert_non_null(strstr(program->out, "replaced,1,,buy,9.99,3,3,"));
    assert_non_null(strstr(program->out, "replaced,1,,buy,9.98,3,3,"));
    unlink(path);
}

static void orders_that_come_at_random_are_the_same_for_a_seed(void **state) {
    char first[24], again[24];
    const char *call = "match --flow 300s --reference 100 --seed 7 --print book --json";
    struct program *program = program_run("%s", call);
    json_t *object = json_loads(program->out, 0, NULL);
    assert_non_null(object);
    assert_true(json_integer_value(json_object_get(object, "trades")) > 100);
    assert_true(json_array_size(json_object_get(object, "bids")) > 3);
    snprintf(first, sizeof first, "%s", json_string_value(json_object_get(object, "state")));
    json_decref(object);
    program = program_run("%s", call);
    object = json_loads(program->out, 0, NULL);
    snprintf(again, sizeof again, "%s", json_string_value(json_object_get(object, "state")));
    json_decref(object);
    assert_string_equal(first, again);
}

static void an_order_of_the_file_meets_the_flow(void **state) {
    const char *path =
        file_of("time,id,owner,side,qty,price\n0,,,,,\n60000000000,1,me,buy,3,200\n");
    struct program *program =
        program_run("match %s --flow 60s --reference 100 --print trades", path);
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "fill,1,me,buy,"));
    unlink(path);
}

static void a_faulty_file_or_option_is_named(void **state) {
    static const struct {
        const char *text, *options, *words;
        int status;
    } rows[] = {
        {"id,prize\n1,2\n", "", "there is no column 'prize'", 1},
        {"id,side,qty,price\n1,buy,1,1\n2,bye,1,1\n", "", ":3: side: 'bye' is not buy or sell", 1},
        {"id,side,qty,price\n1,buy,1,1.001\n", "",
         ":2: price: '1.001' is not a decimal of at most 2", 1},
        {"id,side,qty,type\n1,buy,1,limmit\n", "", "type: 'limmit' is not one of market limit", 1},
        {"id,time\n1,noon\n", "", ":2: time: 'noon' is not a time", 1},
        {"id,action\n1,phase\n", "", "phase: '' is not a phase", 1},
        {"id,side,qty,price\n1,buy,1,1\n2,buy,1,999999\n", "", "2^22 ticks", 1},
        {"id\n1\n", "--tick 0", "tick is to be above 0", 1},
        {"id\n1\n", "--stp never", "there is no 'never'", 2},
        {"id\n1\n", "--print nothing", "is not events, trades or book", 2},
        {"id\n1\n", "--top-percent 101", "top-percent", 2},
        {"id\n1\n", "--flow 10s", "--flow needs --reference", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *path = file_of(rows[i].text);
        struct program *program = program_run("match %s %s 2>&1", path, rows[i].options);
        if (program->status != rows[i].status || strstr(program->out, rows[i].words) == NULL)
            fail_msg("row %zu: status %d, said %s", i, program->status, program->out);
        unlink(path);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_auction_is_run_from_a_file),
        cmocka_unit_test(the_book_at_the_end_is_printed),
        cmocka_unit_test(a_replace_keeps_what_its_line_leaves_out),
        cmocka_unit_test(orders_that_come_at_random_are_the_same_for_a_seed),
        cmocka_unit_test(an_order_of_the_file_meets_the_flow),
        cmocka_unit_test(a_faulty_file_or_option_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
