// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "words_run.h"

#include "base/timestamp.h"

static struct run *run;
static struct session_order order = {.order = {.id = 0x77, .spec = {.instrument = 1}},
                                     .client_id = "mine"};
static struct session_view view = {.order_count = 1, .orders = &order};

static int set_up(void **state) {
    run = words_run();
    return 0;
}

static int tear_down(void **state) {
    run_close(run);
    return 0;
}

static struct session_command said(const char *line) {
    struct session_command command = {0};
    enum words_ask ask;
    if (words_parse(run, &view, line, &ask, &command) < 0) fail_msg("%s: %s", line, err_story());
    assert_int_equal(ask, WORDS_COMMAND);
    return command;
}

static void orders_are_read_with_the_decimals_of_their_instrument(void **state) {
    struct session_command buy = said("buy AAA 5 limit 10.5 day post_only id=a-1");
    assert_int_equal(buy.verb, SESSION_PLACE);
    assert_int_equal(buy.order.side, 1);
    assert_int_equal(buy.order.type, ORDER_LIMIT);
    assert_int_equal(buy.order.tif, TIF_DAY);
    assert_int_equal(buy.order.flags, ORDER_POST_ONLY);
    assert_int_equal(buy.order.qty.m, 5);
    assert_int_equal(buy.order.limit_price.m, 1050);
    assert_string_equal(buy.order.client_id, "a-1");
    struct session_command sell = said("sell BBB 0.5 stop 2 limit 1.9999");
    assert_int_equal(sell.order.side, -1);
    assert_int_equal(sell.order.instrument, 1);
    assert_int_equal(sell.order.type, ORDER_STOP_LIMIT);
    assert_int_equal(sell.order.qty.m, 500);
    assert_int_equal(sell.order.stop_price.m, 20000);
    assert_int_equal(sell.order.limit_price.m, 19999);
    assert_true(manual_id_is_valid(sell.order.client_id)); // one of its own
    struct session_command other = said("sell BBB 0.5");
    assert_int_equal(other.order.type, ORDER_MARKET);
    assert_true(strcmp(other.order.client_id, sell.order.client_id) != 0);
    assert_int_equal(said("buy AAA 1 trail 3").order.type, ORDER_TRAILING_STOP);
}

static void orders_at_work_are_named_by_either_id(void **state) {
    assert_int_equal(said("cancel #77").order_id, 0x77);
    assert_string_equal(said("cancel mine").order.client_id, "mine");
    struct session_command replace = said("replace mine qty 1.5 limit 2.5");
    assert_int_equal(replace.verb, SESSION_REPLACE);
    assert_int_equal(replace.order_id, 0x77);
    assert_int_equal(replace.order.qty.m, 1500);
    assert_int_equal(replace.order.limit_price.m, 25000);
}

static void the_rest_is_what_operators_say(void **state) {
    assert_int_equal(said("kill").flatten, 0);
    assert_int_equal(said("kill flatten").flatten, 1);
    assert_int_equal(said("halt").verb, SESSION_HALT);
    assert_int_equal(said("resume reason=OK").reason, 'O' | 'K' << 8);
    struct session_command held = said("pause momentum");
    assert_int_equal(held.verb, SESSION_HALT);
    assert_int_equal(held.scope, HALT_STRATEGY);
    assert_int_equal(held.index, 1);
    assert_int_equal(said("pause").verb, SESSION_PAUSE);
    assert_int_equal(said("drain 1").verb, SESSION_STRATEGY_DRAIN);
    struct session_command limit = said("limit order_size.max_units=3");
    assert_int_equal(limit.verb, SESSION_SET_LIMIT);
    assert_int_equal(limit.rule, risk_rule_find("order_size"));
    assert_true(limit.value == 3);
    assert_int_equal(said("step").count, 1);
    assert_int_equal(said("step 12").count, 12);
    assert_true(said("pace max").pace == 0 && said("pace 60.5").pace == 60.5);
    assert_int_equal(said("run").until_ns, 0);
    assert_int_equal(said("run until 1970-01-02").until_ns, NS_PER_DAY);
}

static void what_is_no_command_is_an_error_that_says_what_would_be(void **state) {
    static const struct {
        const char *line;
        const char *words;
    } rows[] = {
        {"", "empty"},
        {"buy", "SYMBOL QTY"},
        {"buy AAA", "SYMBOL QTY"},
        {"buy CCC 1", "CCC"},
        {"buy AAA 0", "above 0"},
        {"buy AAA -1", "above 0"},
        {"buy AAA 1.5", "0 decimals"},
        {"buy AAA 1 limit", "number is to follow"},
        {"buy AAA 1 limit x", "2 decimals"},
        {"buy AAA 1 soon", "takes limit"},
        {"buy AAA 1 id=", "takes limit"},
        {"buy AAA 1 id=0123456789012345678901234567890123456789", "39 characters"},
        {"cancel", "cancel ID"},
        {"cancel #x", "neither"},
        {"cancel #0", "neither"},
        {"replace mine", "replace ID"},
        {"replace other qty 1", "no order 'other' works"},
        {"replace mine day 1", "alone"},
        {"step 0", "above 0"},
        {"step x", "above 0"},
        {"pace", "pace FACTOR"},
        {"pace 0", "above 0"},
        {"pace -3", "above 0"},
        {"pace nan", "above 0"},
        {"run for ever", "run until"},
        {"run until never", "until"},
        {"pause sma", "sma"},
        {"limit order_size=3", "RULE.NAME=VALUE"},
        {"kill softly", "kill flatten"},
        {"dance", "dance"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct session_command command;
        enum words_ask ask;
        int rc = words_parse(run, &view, rows[i].line, &ask, &command);
        if (rc >= 0 || strstr(err_story(), rows[i].words) == NULL)
            fail_msg("'%s': %d, %s", rows[i].line, rc, rc < 0 ? err_story() : "taken");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_read_with_the_decimals_of_their_instrument),
        cmocka_unit_test(orders_at_work_are_named_by_either_id),
        cmocka_unit_test(the_rest_is_what_operators_say),
        cmocka_unit_test(what_is_no_command_is_an_error_that_says_what_would_be),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
