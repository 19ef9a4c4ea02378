// SPDX-License-Identifier: Apache-2.0
#include "../engine/engine_kit.h"

#include "research/relay.h"

// A venue that notes what it is sent and has reports to give.
struct door {
    uint16_t sent[16];
    int sent_count;
    int answer; // of submit
    struct order_event report;
    bool waiting;
};

static int submit(void *self, const struct submit_event *intent) {
    struct door *door = self;
    door->sent[door->sent_count++] = intent->header.kind;
    door->report = (struct order_event){.header = {.ts_ns = intent->header.ts_ns + 5,
                                                   .kind = EVENT_ORDER_ACCEPTED,
                                                   .size = sizeof door->report,
                                                   .instrument = intent->header.instrument},
                                        .order_id = intent->order_id,
                                        .leaves_qty = intent->spec.qty};
    door->waiting = door->answer == 0;
    return door->answer;
}

static int poll_report(void *self, int64_t now_ns, union event *ret_events, int max) {
    struct door *door = self;
    if (!door->waiting || door->report.header.ts_ns > now_ns) return 0;
    door->waiting = false;
    ret_events[0].order = door->report;
    return 1;
}

static uint16_t told[64];
static uint64_t told_seq[64];
static int told_count;

static int tell(void *self, const struct event_header *header) {
    told_seq[told_count] = header->seq;
    told[told_count++] = header->kind;
    return 0;
}

static union event bar_at(int64_t ts_ns) {
    union event event;
    event_init(&event, EVENT_BAR, 0, ts_ns);
    event.bar.bar = (struct bar){.open_ns = ts_ns - NS_PER_MIN,
                                 .close_ns = ts_ns,
                                 .open = PRICE(1000),
                                 .high = PRICE(1000),
                                 .low = PRICE(1000),
                                 .close = PRICE(1000),
                                 .volume = QTY(100),
                                 .frame_s = 60};
    return event;
}

static struct kit kit;
static struct door door;
static struct backtest_observer observer;
static struct relay relay;

static void open_relay(void) {
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0}};
    kit_script = script;
    kit_script_length = 1;
    kit_configure(&kit, 1, 1);
    assert_ok(engine_new(&kit.wiring, &kit.state, &kit.config, &kit.engine));
    door = (struct door){.answer = 0};
    told_count = 0;
    observer = (struct backtest_observer){.events = {.put = tell}};
    const struct venue venue = {.submit = submit, .poll = poll_report, .self = &door};
    assert_ok(relay_init(&relay, &kit.wiring, kit.engine, venue, &observer));
    assert_ok(relay_deposit(&relay, MONEY(1000000), 0, NS_PER_DAY));
}

static void
what_the_engine_wants_is_told_and_sent_and_reports_come_when_they_are_known(void **state) {
    open_relay();
    union event bar = bar_at(NS_PER_DAY + NS_PER_MIN);
    assert_ok(relay_apply(&relay, &bar));
    assert_int_equal(door.sent_count, 1);
    assert_ok(relay_drain(&relay, NS_PER_DAY + NS_PER_MIN + 4));
    static const uint16_t expected[] = {EVENT_CASH, EVENT_BAR, EVENT_TARGET, EVENT_SUBMIT,
                                        EVENT_ORDER_ACCEPTED};
    assert_int_equal(told_count, 4);
    assert_ok(relay_drain(&relay, NS_PER_DAY + NS_PER_MIN + 5));
    assert_int_equal(told_count, 5);
    assert_memory_equal(told, expected, sizeof expected);
    assert_int_equal(told_seq[3], 2); // of the bar that caused it
    assert_int_equal(told_seq[4], 3);
    assert_int_equal(engine_now_ns(kit.engine), NS_PER_DAY + NS_PER_MIN + 5);
    kit_stop(&kit);
}

static void an_event_that_comes_late_happens_now(void **state) {
    open_relay();
    union event bar = bar_at(NS_PER_DAY + NS_PER_MIN);
    assert_ok(relay_apply(&relay, &bar));
    union event late;
    event_init(&late, EVENT_CLOCK, INSTRUMENT_NONE, NS_PER_DAY);
    assert_ok(relay_apply(&relay, &late));
    assert_int_equal(late.header.ts_ns, NS_PER_DAY + NS_PER_MIN);
    kit_stop(&kit);
}

static void a_venue_that_takes_nothing_ends_the_run_with_a_story(void **state) {
    open_relay();
    door.answer = ERR_FULL;
    union event bar = bar_at(NS_PER_DAY + NS_PER_MIN);
    assert_int_equal(relay_apply(&relay, &bar), ERR_FULL);
    assert_non_null(strstr(err_story(), "the venue does not take submit of input 2"));
    kit_stop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            what_the_engine_wants_is_told_and_sent_and_reports_come_when_they_are_known),
        cmocka_unit_test(an_event_that_comes_late_happens_now),
        cmocka_unit_test(a_venue_that_takes_nothing_ends_the_run_with_a_story),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
