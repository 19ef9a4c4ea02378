// SPDX-License-Identifier: Apache-2.0
// Every allocation of a small run fails in turn. The linker leads the report's calls to the functions here.
#include "runs.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *data, size_t size);
char *__real_strndup(const char *text, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *data, size_t size);
char *__wrap_strndup(const char *text, size_t size);

static long until_failure = -1; // allocations that still succeed; -1: all do

static bool fails(void) {
    return until_failure >= 0 && until_failure-- == 0;
}

void *__wrap_malloc(size_t size) {
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *data, size_t size) {
    return fails() ? NULL : __real_realloc(data, size);
}

char *__wrap_strndup(const char *text, size_t size) {
    return fails() ? NULL : __real_strndup(text, size);
}

static int put_day(struct report *report, int64_t ts_ns, uint64_t sequence) {
    struct bar_event bar = {
        .header = {.ts_ns = ts_ns, .kind = EVENT_BAR, .size = sizeof bar},
        .bar = {.close_ns = ts_ns, .open = {100}, .high = {120}, .low = {90}, .close = {110}},
    };
    TRY(report_put(report, &bar.header));
    struct submit_event submit = {
        .header = {.ts_ns = ts_ns, .kind = EVENT_SUBMIT, .size = sizeof submit},
        .order_id = order_id_make(0, sequence),
        .spec = {.side = sequence % 2 == 0 ? 1 : -1, .qty = QTY(3)},
    };
    TRY(report_put(report, &submit.header));
    union event fill;
    event_init(&fill, EVENT_ORDER_FILLED, 0, ts_ns);
    fill.order.order_id = submit.order_id;
    fill.order.trade_id = sequence;
    fill.order.price = PRICE(100);
    fill.order.qty = QTY(3);
    TRY(report_put(report, &fill.header));
    report_mark(report, ts_ns, MONEY(100000), MONEY(5));
    TRY(report_benchmark(report, ts_ns, 5));
    struct report_note note = {.ts_ns = ts_ns, .rule = "rule", .verdict = "veto"};
    return report_note(report, &note);
}

static int put_run(struct report *report) {
    for (int day = 1; day <= 20; day++) TRY(put_day(report, day * NS_PER_DAY, (uint64_t)day));
    TRY(report_assume(report, "name\tsentence\n"));
    TRY(report_origin(report, "name", "value"));
    TRY(report_end(report));
    struct text text;
    text_init(&text, REPORT_TEXT_MAX);
    report_html(report, &text);
    report_json(report, &text);
    report_summary(report, &text);
    int rc = text_error(&text);
    text_fini(&text);
    return rc;
}

static void memory_that_runs_out_is_told_wherever_it_does(void **state) {
    (void)state;
    for (long n = 0;; n++) {
        struct run run;
        run_open(&run, run_symbols);
        run.config.benchmark = "INDEX";
        until_failure = n;
        run.report = report_new(&run.config);
        int rc = run.report == NULL ? ERR_NOMEM : put_run(run.report);
        bool done = until_failure >= 0;
        until_failure = -1;
        run_close(&run);
        if (!done) assert_int_equal(rc, ERR_NOMEM);
        if (!done) continue;
        assert_int_equal(rc, 0);
        assert_true(n > 50);
        return;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_that_runs_out_is_told_wherever_it_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
