// SPDX-License-Identifier: Apache-2.0
#include "strategy/signal.h"

#include <math.h>

#include "base/prng.h"
#include "base/timestamp.h"
#include "harness.h"

enum { ARENA_BYTES = 1 << 22, INSTRUMENTS = 3, MINUTE_S = 60 };

struct bench {
    struct arena memory; // instruments
    struct arena wiring;
    struct arena state;
    struct instruments instruments;
    struct signal_graph *graph;
};

static void bench_open(struct bench *bench, uint32_t node_max, uint32_t frame_max) {
    assert_ok(arena_init(&bench->memory, ARENA_BYTES));
    assert_ok(arena_init(&bench->wiring, ARENA_BYTES));
    assert_ok(arena_init(&bench->state, ARENA_BYTES));
    assert_ok(instruments_init(&bench->instruments, &bench->memory, INSTRUMENTS, 1));
    int currency = instruments_add_currency(&bench->instruments, "USD", 2);
    assert_ok(currency);
    for (int i = 0; i < INSTRUMENTS; i++) {
        struct instrument instrument;
        char symbol[16];
        snprintf(symbol, sizeof symbol, "C%d", i);
        instrument_defaults(&instrument, ASSET_CRYPTO, symbol, (uint32_t)currency);
        instrument.price_decimals = 2 + i;
        instrument.qty_decimals = 3;
        assert_ok(instruments_add(&bench->instruments, &instrument));
    }
    struct signal_config config = {&bench->instruments, node_max, frame_max, MINUTE_S};
    bench->graph = signal_graph_new(&bench->wiring, &bench->state, &config);
    assert_non_null(bench->graph);
}

static void bench_close(struct bench *bench) {
    arena_fini(&bench->memory);
    arena_fini(&bench->wiring);
    arena_fini(&bench->state);
}

static int add(struct bench *bench, uint32_t instrument, uint32_t frame_s, const char *spec) {
    int value = signal_add(bench->graph, instrument, frame_s, spec, NULL, 0, NULL);
    assert_ok(value);
    return value;
}

// Minute bars from 2018-01-01, some missing, sometimes for hours.
static size_t make_bars(struct prng *prng, struct bar *ret_bars, size_t count) {
    int64_t minute = 1514764800 / 60;
    int64_t price = 1000000;
    for (size_t i = 0; i < count; i++) {
        uint64_t dice = prng_below(prng, 100);
        minute += dice < 90 ? 1 : dice < 99 ? 1 + (int64_t)prng_below(prng, 9) : 75;
        int64_t close = price + (int64_t)prng_below(prng, 2001) - 1000;
        int64_t top = price > close ? price : close, bottom = price < close ? price : close;
        ret_bars[i] = (struct bar){
            .open_ns = (minute - 1) * NS_PER_MIN,
            .close_ns = minute * NS_PER_MIN,
            .open = PRICE(price),
            .high = PRICE(top + (int64_t)prng_below(prng, 300)),
            .low = PRICE(bottom - (int64_t)prng_below(prng, 300)),
            .close = PRICE(close),
            .volume = QTY((int64_t)prng_below(prng, 1000000)),
            .frame_s = MINUTE_S,
        };
        price = close;
    }
    return count;
}

// The naive twin: all bars of a frame that are complete after `count` data bars, straight from the definition.
static size_t twin_frame(const struct bar *bars, size_t count, uint32_t frame_s,
                         struct bar *ret_frames) {
    int64_t frame_ns = (int64_t)frame_s * NS_PER_S;
    size_t frames = 0;
    for (size_t i = 0; i < count;) {
        int64_t end = ((bars[i].close_ns - 1) / frame_ns + 1) * frame_ns;
        struct bar frame = bars[i];
        size_t k = i + 1;
        for (; k < count && bars[k].close_ns <= end; k++) {
            frame.high.m = bars[k].high.m > frame.high.m ? bars[k].high.m : frame.high.m;
            frame.low.m = bars[k].low.m < frame.low.m ? bars[k].low.m : frame.low.m;
            frame.close = bars[k].close;
            frame.volume.m += bars[k].volume.m;
        }
        frame.close_ns = end;
        if (k < count || bars[k - 1].close_ns == end) ret_frames[frames++] = frame;
        i = k;
    }
    return frames;
}

struct wish {
    const char *spec;
    const char *indicator;
    double args[2];
    int columns[3]; // 0 open .. 4 volume
    size_t output;
};

static const struct wish wishes[] = {
    {"sma(close, 5)", "sma", {5}, {3}, 0},
    {"sma(volume, 9)", "sma", {9}, {4}, 0},
    {"ema(open, 7)", "ema", {7}, {0}, 0},
    {"atr(6)", "atr", {6}, {1, 2, 3}, 0},
    {"atr(low, high, open, 6)", "atr", {6}, {2, 1, 0}, 0},
    {"zscore(close, 8)", "zscore", {8}, {3}, 0},
    {"donchian(10, 1).lower", "donchian", {10, 1}, {1, 2}, 2},
    {"donchian(high, close, 4).lower", "donchian", {4, 0}, {1, 3}, 2},
    {"roc(close, 3)", "roc", {3}, {3}, 0},
};
enum { WISHES = sizeof wishes / sizeof *wishes };
static const uint32_t frames_s[] = {60, 300, 900, 3600};
enum { FRAMES = 4, BARS = 600 };

static double twin_value(const struct wish *wish, const struct bar *frames, size_t count,
                         int price_decimals) {
    static double columns[5][BARS], memory[512], outs[INDICATOR_OUTPUTS_MAX][BARS];
    for (size_t i = 0; i < count; i++) {
        columns[0][i] = decimal_to_double(frames[i].open.m, price_decimals);
        columns[1][i] = decimal_to_double(frames[i].high.m, price_decimals);
        columns[2][i] = decimal_to_double(frames[i].low.m, price_decimals);
        columns[3][i] = decimal_to_double(frames[i].close.m, price_decimals);
        columns[4][i] = decimal_to_double(frames[i].volume.m, 3);
    }
    const struct indicator *indicator = indicator_find(wish->indicator);
    assert_true(indicator->state_size(wish->args) <= sizeof memory);
    const double *inputs[3] = {columns[wish->columns[0]], columns[wish->columns[1]],
                               columns[wish->columns[2]]};
    double *outputs[] = {outs[0], outs[1], outs[2], outs[3]};
    indicator_batch(indicator, wish->args, memory, inputs, count, outputs);
    return count == 0 ? NAN : outs[wish->output][count - 1];
}

static bool same(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

static void every_value_equals_its_recomputation_from_scratch_at_every_bar(void **state) {
    static struct bar bars[INSTRUMENTS][BARS], frames[BARS];
    struct prng prng;
    prng_seed(&prng, 2);
    struct bench bench;
    bench_open(&bench, 256, 64);
    int values[INSTRUMENTS][FRAMES][WISHES], handles[INSTRUMENTS][FRAMES];
    for (int i = 0; i < INSTRUMENTS; i++) make_bars(&prng, bars[i], BARS);
    // In a mixed order, as several strategies would ask.
    for (int k = 0; k < INSTRUMENTS * FRAMES * WISHES; k++) {
        int at = k * 61 % (INSTRUMENTS * FRAMES * WISHES); // 61 and 108 have no common divisor
        int i = at % INSTRUMENTS, f = at / INSTRUMENTS % FRAMES, w = at / INSTRUMENTS / FRAMES;
        values[i][f][w] = add(&bench, (uint32_t)i, frames_s[f], wishes[w].spec);
        handles[i][f] = signal_add_frame(bench.graph, (uint32_t)i, frames_s[f]);
    }
    arena_seal(&bench.wiring);
    arena_seal(&bench.state);
    size_t defined = 0, fresh = 0;
    for (size_t b = 0; b < BARS; b++)
        for (int i = 0; i < INSTRUMENTS; i++) {
            signal_apply(bench.graph, (uint32_t)i, &bars[i][b]);
            if (b % 7 != 0 && b > 60) continue;
            for (int f = 0; f < FRAMES; f++) {
                size_t before = twin_frame(bars[i], b, frames_s[f], frames);
                size_t count = twin_frame(bars[i], b + 1, frames_s[f], frames);
                assert_int_equal(signal_fresh(bench.graph, handles[i][f]), count > before);
                fresh += count > before;
                const struct strategy_bar *bar = signal_bar(bench.graph, handles[i][f]);
                assert_int_equal(bar->close_ns, count > 0 ? frames[count - 1].close_ns : 0);
                for (int w = 0; w < WISHES; w++) {
                    double want = twin_value(&wishes[w], frames, count, 2 + i);
                    double got = signal_value(bench.graph, values[i][f][w]);
                    if (!same(got, want))
                        fail_msg("bar %zu, %s @ %u s: %.17g, not %.17g", b, wishes[w].spec,
                                 frames_s[f], got, want);
                    defined += !isnan(got);
                }
            }
        }
    assert_true(defined > 5000);
    assert_true(fresh > 500);
    bench_close(&bench);
}

static void a_bar_has_the_nearest_doubles_of_its_decimals(void **state) {
    struct bench bench;
    bench_open(&bench, 4, 4);
    int frame = signal_add_frame(bench.graph, 2, MINUTE_S); // 4 price decimals
    struct bar bar = {.close_ns = NS_PER_MIN,
                      .open = PRICE(123457),
                      .high = PRICE(3000001),
                      .low = PRICE(1),
                      .close = PRICE(9007199254740991),
                      .volume = QTY(1234567)};
    signal_apply(bench.graph, 2, &bar);
    const struct strategy_bar *got = signal_bar(bench.graph, frame);
    assert_true(got->open == 12.3457 && got->high == 300.0001 && got->low == 0.0001);
    assert_true(got->close == 900719925474.0991 && got->volume == 1234.567);
    assert_true(got->close_ns == NS_PER_MIN);
    bench_close(&bench);
}

static void equal_inputs_are_one_node(void **state) {
    struct bench bench;
    bench_open(&bench, 6, 4);
    const struct param table[] = {{.name = "n", .type = PARAM_INT}};
    const double seven = 7;
    int first = add(&bench, 0, 60, "sma(close, 7)");
    assert_int_equal(add(&bench, 0, 60, "sma(7)"), first);
    assert_int_equal(add(&bench, 0, 60, "sma(close, period=7) @ 1m"), first);
    assert_int_equal(add(&bench, 0, 300, "sma(close, 7) @ 60s"), first);
    assert_int_equal(signal_add(bench.graph, 0, 60, "sma(close, $n)", table, 1, &seven), first);
    assert_int_not_equal(add(&bench, 0, 60, "sma(close, 8)"), first);
    assert_int_not_equal(add(&bench, 0, 60, "sma(open, 7)"), first);
    assert_int_not_equal(add(&bench, 0, 300, "sma(close, 7)"), first);
    assert_int_not_equal(add(&bench, 1, 60, "sma(close, 7)"), first);
    int upper = add(&bench, 0, 60, "donchian(5).upper");
    int lower = add(&bench, 0, 60, "donchian(5).lower");
    assert_int_not_equal(upper, lower);
    // The pool of six is full, but what is there can still be asked for.
    assert_int_equal(signal_add(bench.graph, 0, 60, "sma(close, 9)", NULL, 0, NULL), ERR_FULL);
    assert_int_equal(add(&bench, 0, 60, "donchian(high, low, 5).lower"), lower);
    assert_int_equal(signal_lookback(bench.graph, first), 7);
    assert_int_equal(signal_lookback(bench.graph, lower), 5);
    bench_close(&bench);
}

static void a_frame_must_be_a_multiple_of_the_data_and_one_that_calendars_have(void **state) {
    struct bench bench;
    bench_open(&bench, 4, 2);
    assert_int_equal(signal_add_frame(bench.graph, 0, 90), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "no multiple of the data's 60 s"));
    assert_int_equal(signal_add_frame(bench.graph, 0, 0), ERR_ARGUMENT);
    assert_int_equal(signal_add_frame(bench.graph, 0, 2 * 86400), ERR_ARGUMENT);
    assert_int_equal(signal_add(bench.graph, 0, 60, "sma(close, 5) @ 90s", NULL, 0, NULL),
                     ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "sma(close, 5) @ 90s"));
    int minute = signal_add_frame(bench.graph, 0, 60),
        week = signal_add_frame(bench.graph, 0, 604800);
    assert_ok(minute);
    assert_ok(week);
    assert_int_equal(signal_add_frame(bench.graph, 0, 60), minute);
    assert_int_equal(signal_add_frame(bench.graph, 1, 60), ERR_FULL);
    bench_close(&bench);
}

static void too_small_an_arena_is_told_and_not_overrun(void **state) {
    struct bench bench;
    bench_open(&bench, 4, 4);
    struct arena small;
    assert_ok(arena_init(&small, 4096));
    struct signal_config config = {&bench.instruments, 4, 4, 60};
    struct signal_graph *graph = signal_graph_new(&bench.wiring, &small, &config);
    assert_non_null(graph);
    assert_int_equal(signal_add(graph, 0, 60, "sma(close, 10000)", NULL, 0, NULL), ERR_NOMEM);
    assert_ok(signal_add(graph, 0, 60, "sma(close, 10)", NULL, 0, NULL));
    config.node_max = 1 << 20;
    assert_null(signal_graph_new(&small, &bench.state, &config));
    arena_fini(&small);
    bench_close(&bench);
}

// Prices that 7 divides; from `at` on the instrument trades at a seventh, in seven times the volume.
static void split_bars(struct bar *bars, size_t count, size_t at, int64_t factor) {
    for (size_t i = at; i < count; i++) {
        bars[i].open.m /= factor;
        bars[i].high.m /= factor;
        bars[i].low.m /= factor;
        bars[i].close.m /= factor;
        bars[i].volume.m *= factor;
    }
}

static void a_series_stays_whole_over_a_split(void **state) {
    enum { SPLIT_AT = 203, FACTOR = 7 }; // within every longer frame
    static struct bar whole[BARS], split[BARS];
    struct prng prng;
    prng_seed(&prng, 3);
    make_bars(&prng, whole, BARS);
    for (size_t i = 0; i < BARS; i++) {
        whole[i].open.m *= FACTOR;
        whole[i].high.m *= FACTOR;
        whole[i].low.m *= FACTOR;
        whole[i].close.m *= FACTOR;
        whole[i].volume.m *= 2; // so that half a split loses no digit
    }
    memcpy(split, whole, sizeof whole);
    split_bars(split, BARS, SPLIT_AT, FACTOR);
    struct bench a, b;
    bench_open(&a, 64, 8);
    bench_open(&b, 64, 8);
    int values[FRAMES][WISHES];
    for (int f = 0; f < FRAMES; f++)
        for (int w = 0; w < WISHES; w++) {
            values[f][w] = add(&a, 0, frames_s[f], wishes[w].spec);
            assert_int_equal(add(&b, 0, frames_s[f], wishes[w].spec), values[f][w]);
        }
    for (size_t i = 0; i < BARS; i++) {
        // In two steps, which accumulate.
        if (i == SPLIT_AT) {
            signal_scale(b.graph, 0, 3.5);
            signal_scale(b.graph, 0, 2);
        }
        signal_apply(a.graph, 0, &whole[i]);
        signal_apply(b.graph, 0, &split[i]);
        for (int f = 0; f < FRAMES; f++)
            for (int w = 0; w < WISHES; w++) {
                double want = signal_value(a.graph, values[f][w]);
                double got = signal_value(b.graph, values[f][w]);
                bool z = strncmp(wishes[w].spec, "zscore", 6) == 0 || wishes[w].spec[0] == 'r';
                double tolerance = z ? 1e-9 : 1e-12 * fabs(want);
                if (isnan(want) != isnan(got) || fabs(want - got) > tolerance)
                    fail_msg("bar %zu, %s @ %u s: %.17g, not %.17g", i, wishes[w].spec, frames_s[f],
                             got, want);
            }
    }
    bench_close(&a);
    bench_close(&b);
}

static void a_copy_of_the_state_arena_is_the_whole_state(void **state) {
    static struct bar bars[BARS];
    static unsigned char saved[ARENA_BYTES];
    struct prng prng;
    prng_seed(&prng, 4);
    make_bars(&prng, bars, BARS);
    struct bench bench;
    bench_open(&bench, 64, 8);
    int values[FRAMES * WISHES];
    for (int f = 0; f < FRAMES; f++)
        for (int w = 0; w < WISHES; w++)
            values[f * WISHES + w] = add(&bench, 1, frames_s[f], wishes[w].spec);
    double first[FRAMES * WISHES];
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = pass == 0 ? 0 : BARS / 2; i < BARS; i++) {
            if (pass == 0 && i == BARS / 2) memcpy(saved, bench.state.base, bench.state.used);
            if (i == BARS / 2 + 50) signal_scale(bench.graph, 1, 0.5);
            signal_apply(bench.graph, 1, &bars[i]);
        }
        for (int k = 0; k < FRAMES * WISHES; k++) {
            double value = signal_value(bench.graph, values[k]);
            if (pass == 0)
                first[k] = value;
            else
                assert_memory_equal(&value, &first[k], sizeof value);
        }
        memcpy(bench.state.base, saved, bench.state.used);
    }
    bench_close(&bench);
}

static void bars_that_a_longer_frame_cannot_take_are_counted(void **state) {
    struct bench bench;
    bench_open(&bench, 4, 4);
    int minute = signal_add_frame(bench.graph, 0, 60),
        hour = signal_add_frame(bench.graph, 0, 3600);
    struct bar bar = {.close_ns = NS_PER_MIN,
                      .open = PRICE(5),
                      .high = PRICE(5),
                      .low = PRICE(5),
                      .close = PRICE(5),
                      .frame_s = 60};
    signal_apply(bench.graph, 0, &bar);
    assert_int_equal(signal_left_out(bench.graph, hour), 0);
    signal_apply(bench.graph, 0, &bar);
    assert_int_equal(signal_left_out(bench.graph, hour), 1);
    assert_int_equal(signal_left_out(bench.graph, minute), 0);
    bench_close(&bench);
}

static void one_bar_can_complete_two_bars_of_a_longer_frame(void **state) {
    struct bench bench;
    bench_open(&bench, 4, 4);
    int hour = signal_add_frame(bench.graph, 0, 3600);
    int mean = add(&bench, 0, 3600, "sma(close, 2)");
    struct bar bar = {.close_ns = 50 * NS_PER_MIN,
                      .open = PRICE(100),
                      .high = PRICE(100),
                      .low = PRICE(100),
                      .close = PRICE(100),
                      .frame_s = 60};
    signal_apply(bench.graph, 0, &bar);
    assert_false(signal_fresh(bench.graph, hour));
    bar.close_ns = 120 * NS_PER_MIN; // late for the first hour, in time for the second
    bar.open = bar.high = bar.low = bar.close = PRICE(300);
    signal_apply(bench.graph, 0, &bar);
    assert_true(signal_fresh(bench.graph, hour));
    assert_true(signal_value(bench.graph, mean) == 2.0); // of 1.00 and 3.00
    bar.close_ns = 121 * NS_PER_MIN;
    signal_apply(bench.graph, 0, &bar);
    assert_false(signal_fresh(bench.graph, hour));
    assert_int_equal(signal_bar(bench.graph, hour)->close_ns, 120 * NS_PER_MIN);
    bench_close(&bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_equals_its_recomputation_from_scratch_at_every_bar),
        cmocka_unit_test(a_bar_has_the_nearest_doubles_of_its_decimals),
        cmocka_unit_test(equal_inputs_are_one_node),
        cmocka_unit_test(a_frame_must_be_a_multiple_of_the_data_and_one_that_calendars_have),
        cmocka_unit_test(too_small_an_arena_is_told_and_not_overrun),
        cmocka_unit_test(a_series_stays_whole_over_a_split),
        cmocka_unit_test(a_copy_of_the_state_arena_is_the_whole_state),
        cmocka_unit_test(bars_that_a_longer_frame_cannot_take_are_counted),
        cmocka_unit_test(one_bar_can_complete_two_bars_of_a_longer_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
