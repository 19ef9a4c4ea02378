// SPDX-License-Identifier: Apache-2.0
// What holds for every registered strategy.
#include "strategy/strategy.h"

#include <math.h>

#include "base/prng.h"
#include "paths.h"

enum { DAY_S = 86400, HOUR_S = 3600 };

static struct drive drive_of(const struct strategy *strategy, const struct paths *paths,
                             uint32_t frame_s) {
    struct drive drive = {.strategy = strategy,
                          .instruments = &paths->instruments,
                          .data_frame_s = paths->data_frame_s,
                          .frame_s = frame_s};
    params_defaults(strategy->params, strategy->param_count, drive.params);
    return drive;
}

// Sets a parameter where the strategy has it.
static void prefer(struct drive *drive, const char *name, const char *value) {
    const struct strategy *strategy = drive->strategy;
    if (params_find(strategy->params, strategy->param_count, name) < 0) return;
    assert_ok(params_set(strategy->params, strategy->param_count, name, value, drive->params));
}

static void every_strategy_is_found_by_its_name_and_its_tables_are_sound(void **state) {
    assert_true(strategy_count() >= 7);
    for (size_t i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        double params[PARAMS_MAX];
        assert_ptr_equal(strategy_find(strategy->name), strategy);
        if (i > 0) assert_true(strcmp(strategy_at(i - 1)->name, strategy->name) < 0);
        assert_true(strlen(strategy->summary) > 20);
        assert_true(strategy->input_count <= STRATEGY_INPUTS_MAX);
        assert_true(strategy->param_count <= PARAMS_MAX);
        assert_int_equal(strategy->state_size % 8, 0);
        assert_int_equal(strategy->state_size_per_instrument % 8, 0);
        assert_non_null(strategy->decide);
        params_defaults(strategy->params, strategy->param_count, params);
        if (strategy->check != NULL) assert_ok(strategy->check(params));
        for (size_t k = 0; k < strategy->param_count; k++) {
            const struct param *row = &strategy->params[k];
            struct text text;
            text_init(&text, 256);
            params_print_value(row, row->def, &text);
            assert_ok(params_set(strategy->params, strategy->param_count, row->name,
                                 text_string(&text), params));
            assert_true(params[k] == row->def);
            assert_true(strlen(row->help) > 10);
            text_fini(&text);
        }
    }
    assert_null(strategy_find("nothing"));
}

enum { PLACES = 5, BYTES = 1 << 16 };

struct guess { // a view at random
    struct strategy_view view;
    double params[PARAMS_MAX];
    struct strategy_bar bars[PLACES];
    double inputs[PLACES * STRATEGY_INPUTS_MAX];
    uint8_t fresh[PLACES];
    double position[PLACES];
    double entry_price[PLACES];
};

static void guess_make(struct guess *guess, const struct strategy *strategy, struct prng *prng,
                       bool undefined) {
    for (int i = 0; i < PLACES; i++) {
        double close = 90 + 20 * prng_double(prng);
        guess->bars[i] = (struct strategy_bar){100, 115, 85, close, 2000 * prng_double(prng), 1};
        guess->fresh[i] = (uint8_t)prng_below(prng, 2);
        guess->position[i] = (double)prng_below(prng, 3) - 1;
        guess->entry_price[i] = guess->position[i] != 0 ? 100 : 0;
    }
    for (size_t k = 0; k < PLACES * strategy->input_count; k++) {
        double value = (prng_below(prng, 2) == 0 ? 100 : 4) * (2 * prng_double(prng) - 1);
        guess->inputs[k] = undefined || prng_below(prng, 10) == 0 ? NAN : value;
    }
    params_defaults(strategy->params, strategy->param_count, guess->params);
    guess->view = (struct strategy_view){
        .now_ns = 1,
        .params = guess->params,
        .instrument_count = strategy->scope == SCOPE_UNIVERSE ? PLACES : 1,
        .input_count = (uint32_t)strategy->input_count,
        .bars = guess->bars,
        .inputs = guess->inputs,
        .fresh = guess->fresh,
        .position = guess->position,
        .entry_price = guess->entry_price,
        .equity = 1000,
    };
}

static void ask(const struct strategy *strategy, const struct guess *guess, void *memory,
                struct strategy_target targets[PLACES]) {
    for (int i = 0; i < PLACES; i++)
        targets[i] = (struct strategy_target){.confidence = 1, .stop = NAN, .take = NAN};
    struct strategy_out out = {.targets = targets};
    strategy->decide(&guess->view, memory, &out);
}

static void decide_is_a_function_of_view_and_state(void **state) {
    struct prng prng;
    prng_seed(&prng, 7);
    for (size_t i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (strategy->scope == SCOPE_BOOK) continue; // tested with a book of its own
        uint64_t memory[BYTES / 8] = {0}, copy[BYTES / 8];
        for (int round = 0; round < 300; round++) {
            struct guess guess;
            struct strategy_target targets[PLACES], again[PLACES];
            guess_make(&guess, strategy, &prng, false);
            memcpy(copy, memory, sizeof memory);
            ask(strategy, &guess, memory, targets);
            ask(strategy, &guess, copy, again);
            assert_memory_equal(targets, again, sizeof targets);
            assert_memory_equal(memory, copy, sizeof memory);
            for (int k = 0; k < PLACES; k++) {
                assert_true(fabs(targets[k].weight) <= 1);
                assert_true(targets[k].confidence == 1);
                assert_true(isnan(targets[k].stop) || targets[k].stop > 0);
            }
            size_t used = strategy->state_size + PLACES * strategy->state_size_per_instrument;
            for (size_t b = used; b < sizeof memory; b++)
                assert_int_equal(((unsigned char *)memory)[b], 0);
        }
    }
}

static void undefined_inputs_never_make_a_target(void **state) {
    struct prng prng;
    prng_seed(&prng, 8);
    for (size_t i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (strategy->input_count == 0 || strategy->scope == SCOPE_BOOK) continue;
        uint64_t memory[BYTES / 8] = {0};
        for (int round = 0; round < 100; round++) {
            struct guess guess;
            struct strategy_target targets[PLACES];
            guess_make(&guess, strategy, &prng, true);
            ask(strategy, &guess, memory, targets);
            for (int k = 0; k < PLACES; k++) assert_int_equal(targets[k].kind, TARGET_KEEP);
        }
    }
}

// It begins and ends with a session: daily bars say nothing to it.
static bool is_intraday(const struct strategy *strategy) {
    return params_find(strategy->params, strategy->param_count, "flat") >= 0;
}

// It needs instruments that belong together, and sells one of them short whatever it does.
static bool trades_pairs(const struct strategy *strategy) {
    return strcmp(strategy->name, "pairs") == 0 || strcmp(strategy->name, "carry") == 0 ||
           strcmp(strategy->name, "straddle") == 0;
}

// A session is the whole day, and its parts are hours.
static void day_params(struct drive *drive) {
    if (!is_intraday(drive->strategy)) return;
    prefer(drive, "calendar", "24/7");
    prefer(drive, "opening", "4h");
    prefer(drive, "warmup", "4h");
    prefer(drive, "flat", "4h");
    if (params_find(drive->strategy->params, drive->strategy->param_count, "warmup") >= 0)
        prefer(drive, "entry", "1");
}

// A path that a strategy was made for, which rises where it follows a trend.
static enum path_kind ground_of(const struct strategy *strategy, enum path_kind trend) {
    if (strcmp(strategy->name, "mean_reversion") == 0) return PATH_WAVES;
    if (strcmp(strategy->name, "vwap_reversion") == 0) return PATH_WAVES;
    if (strcmp(strategy->name, "rsi2") == 0 && trend == PATH_UP) return PATH_DIPS;
    return trend;
}

// With nothing but its defaults each strategy trades on a path made for it, on the right side, and gains.
static void with_defaults_each_trades_the_right_way_on_its_own_ground(void **state) {
    for (size_t i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (strategy->scope == SCOPE_BOOK || trades_pairs(strategy)) continue;
        uint32_t frame_s = is_intraday(strategy) ? HOUR_S : DAY_S;
        struct path_plan plan = {ground_of(strategy, PATH_UP), 7, 1200, frame_s, 11};
        struct paths paths;
        paths_make(&paths, &plan);
        struct drive drive = drive_of(strategy, &paths, frame_s);
        day_params(&drive);
        drive_run(&drive, paths.ticks, paths.count);
        print_message("%-20s %4zu long, %zu stops, gain %.2f\n", strategy->name, drive.long_entries,
                      drive.stops, drive.gain);
        assert_true(drive.long_entries > 0);
        assert_int_equal(drive.short_entries, 0);
        assert_true(drive.gain > 0.5);
        drive_fini(&drive);
        paths_fini(&paths);
    }
}

static void with_both_sides_each_gains_on_the_way_down(void **state) {
    for (size_t i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (trades_pairs(strategy)) continue;
        if (params_find(strategy->params, strategy->param_count, "sides") < 0) continue;
        uint32_t frame_s = is_intraday(strategy) ? HOUR_S : DAY_S;
        struct path_plan plan = {ground_of(strategy, PATH_DOWN), 7, 1200, frame_s, 12};
        struct paths paths;
        paths_make(&paths, &plan);
        struct drive drive = drive_of(strategy, &paths, frame_s);
        day_params(&drive);
        prefer(&drive, "sides", "both");
        prefer(&drive, "hold", "2");
        drive_run(&drive, paths.ticks, paths.count);
        print_message("%-20s %4zu short, %zu stops, gain %.2f\n", strategy->name,
                      drive.short_entries, drive.stops, drive.gain);
        assert_true(drive.short_entries > 0);
        assert_true(drive.gain > 0.2);
        drive_fini(&drive);
        paths_fini(&paths);
    }
}

// The steepest of seven are the last two; the average of all drifts would give half of that.
static void cross_momentum_finds_the_steepest(void **state) {
    struct path_plan plan = {PATH_UP, 7, 800, DAY_S, 13};
    struct paths paths;
    paths_make(&paths, &plan);
    struct drive drive = drive_of(strategy_find("cross_momentum"), &paths, DAY_S);
    prefer(&drive, "hold", "2");
    drive_run(&drive, paths.ticks, paths.count);
    size_t steep = 0, held = 0;
    for (size_t i = 0; i < drive.decision_count; i++) {
        held += drive.decisions[i].target.weight > 0;
        steep += drive.decisions[i].target.weight > 0 && drive.decisions[i].instrument >= 4;
    }
    assert_true(held > 500 && steep * 10 > held * 9);
    drive_fini(&drive);
    paths_fini(&paths);
}

// What the run under way is given: nobody may look there but the strategy below that is made to.
static const struct tick *given;
static size_t given_count;

static void run(struct drive *drive, const struct tick *ticks, size_t count) {
    given = ticks;
    given_count = count;
    drive_run(drive, ticks, count);
}

// Decisions up to `cut_ns` of a run over all ticks, of one that ends there and of one whose future is another.
// Returns how many there were, or -1 where they differ.
static long prefix_length(const struct drive *plan, const struct tick *ticks, size_t count,
                          int64_t cut_ns) {
    size_t known = 0;
    while (known < count && ticks[known].bar.close_ns <= cut_ns) known++;
    struct tick *other = malloc(count * sizeof *other);
    assert_non_null(other);
    memcpy(other, ticks, count * sizeof *other);
    for (size_t i = known; i < count; i++) {
        struct bar *bar = &other[i].bar;
        int64_t factor = i % 3 == 0 ? 3 : 2;
        bar->open.m *= factor;
        bar->high.m *= 3;
        bar->low.m *= factor;
        bar->close.m *= factor;
    }
    struct drive full = *plan, cut = *plan, changed = *plan;
    run(&full, ticks, count);
    run(&cut, ticks, known);
    run(&changed, other, count);
    size_t length = 0;
    while (length < full.decision_count && full.decisions[length].ts_ns <= cut_ns) length++;
    size_t bytes = length * sizeof *full.decisions;
    bool same = cut.decision_count == length && changed.decision_count >= length &&
                (length == 0 || (memcmp(full.decisions, cut.decisions, bytes) == 0 &&
                                 memcmp(full.decisions, changed.decisions, bytes) == 0)) &&
                (changed.decision_count == length || changed.decisions[length].ts_ns > cut_ns);
    drive_fini(&full);
    drive_fini(&cut);
    drive_fini(&changed);
    free(other);
    return same ? (long)length : -1;
}

// Cuts a path in three places for a strategy.
static void assert_no_look_ahead(const struct drive *drive, const struct paths *paths) {
    long decided = 0;
    for (size_t part = 1; part <= 3; part++) {
        size_t at = paths->count * (part * 5 + 3) / 20 + 7 * part;
        long length =
            prefix_length(drive, paths->ticks, paths->count, paths->ticks[at].bar.close_ns);
        if (length < 0)
            fail_msg("%s: decisions before tick %zu depend on what comes after it",
                     drive->strategy->name, at);
        decided = length;
    }
    print_message("%-20s %6ld decisions compared\n", drive->strategy->name, decided);
    if (decided == 0) fail_msg("%s decided nothing", drive->strategy->name);
}

static void no_strategy_looks_ahead_on_daily_bars(void **state) {
    struct path_plan plan = {PATH_REGIMES, 6, 1500, DAY_S, 21};
    struct paths paths;
    paths_make(&paths, &plan);
    for (size_t i = 0; i < strategy_count(); i++) {
        if (strategy_at(i)->scope == SCOPE_BOOK || is_intraday(strategy_at(i))) continue;
        struct drive drive = drive_of(strategy_at(i), &paths, DAY_S);
        prefer(&drive, "sides", "both");
        prefer(&drive, "hold", "2");
        assert_no_look_ahead(&drive, &paths);
    }
    paths_fini(&paths);
}

// Hourly bars, decisions every four hours, longer frames of a day and a week.
static void short_params(struct drive *drive) {
    day_params(drive);
    prefer(drive, "formation", "60");
    prefer(drive, "reform", "20");
    prefer(drive, "p_max", "0.2");
    prefer(drive, "sides", "both");
    prefer(drive, "fast", "5");
    prefer(drive, "slow", "20");
    prefer(drive, "lookback", "30");
    prefer(drive, "skip", "5");
    prefer(drive, "rebalance", "4");
    prefer(drive, "weighting", "inverse_vol");
    prefer(drive, "hold", "2");
    prefer(drive, "trend", "40");
    prefer(drive, "atr_long", "40");
    prefer(drive, "middle", "1d");
    prefer(drive, "long", "7d");
    prefer(drive, "period_middle", "5");
    prefer(drive, "period_long", "3");
}

static void no_strategy_looks_ahead_through_longer_frames(void **state) {
    struct path_plan plan = {PATH_REGIMES, 5, 4000, HOUR_S, 22};
    struct paths paths;
    paths_make(&paths, &plan);
    for (size_t i = 0; i < strategy_count(); i++) {
        if (strategy_at(i)->scope == SCOPE_BOOK) continue;
        struct drive drive = drive_of(strategy_at(i), &paths, 4 * HOUR_S);
        short_params(&drive);
        assert_no_look_ahead(&drive, &paths);
    }
    paths_fini(&paths);
}

static void no_strategy_looks_ahead_on_real_minutes(void **state) {
    struct paths paths;
    paths_bitfinex(&paths, "data/crypto_bars/bitfinex_btcusd_1m_2018.csv.xz", 60000);
    for (size_t i = 0; i < strategy_count(); i++) {
        if (strategy_at(i)->scope == SCOPE_BOOK || trades_pairs(strategy_at(i))) continue;
        struct drive drive = drive_of(strategy_at(i), &paths, HOUR_S);
        short_params(&drive);
        assert_no_look_ahead(&drive, &paths);
    }
    paths_fini(&paths);
}

static void no_strategy_looks_ahead_on_real_stocks(void **state) {
    struct paths paths;
    paths_panel(&paths, 30);
    assert_int_equal(paths.instruments.count, 30);
    for (size_t i = 0; i < strategy_count(); i++) {
        if (strategy_at(i)->scope == SCOPE_BOOK || is_intraday(strategy_at(i))) continue;
        if (strcmp(strategy_at(i)->name, "straddle") == 0) continue; // no stock is an option
        struct drive drive = drive_of(strategy_at(i), &paths, DAY_S);
        prefer(&drive, "sides", "both");
        assert_no_look_ahead(&drive, &paths);
    }
    paths_fini(&paths);
}

// A strategy that looks at the bar after the one it decides on, to see that the comparison finds it.
static void peek(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    for (size_t i = 0; i + 1 < given_count; i++) {
        if (given[i].bar.close_ns != view->now_ns) continue;
        ret_out->targets[0].kind = TARGET_SET;
        ret_out->targets[0].weight = given[i + 1].bar.close.m > given[i].bar.close.m ? 1 : 0;
    }
}

static void the_comparison_finds_a_strategy_that_peeks(void **state) {
    static const struct strategy peeker = {
        .name = "peeker", .summary = "", .scope = SCOPE_INSTRUMENT, .decide = peek};
    struct path_plan plan = {PATH_UP, 1, 100, DAY_S, 23};
    struct paths paths;
    paths_make(&paths, &plan);
    struct drive drive = drive_of(&peeker, &paths, DAY_S);
    int64_t cut_ns = paths.ticks[49].bar.close_ns;
    assert_int_equal(prefix_length(&drive, paths.ticks, paths.count, cut_ns), -1);
    drive.strategy = strategy_find("buy_and_hold");
    assert_int_equal(prefix_length(&drive, paths.ticks, paths.count, cut_ns), 50);
    paths_fini(&paths);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_strategy_is_found_by_its_name_and_its_tables_are_sound),
        cmocka_unit_test(decide_is_a_function_of_view_and_state),
        cmocka_unit_test(undefined_inputs_never_make_a_target),
        cmocka_unit_test(with_defaults_each_trades_the_right_way_on_its_own_ground),
        cmocka_unit_test(with_both_sides_each_gains_on_the_way_down),
        cmocka_unit_test(cross_momentum_finds_the_steepest),
        cmocka_unit_test(no_strategy_looks_ahead_on_daily_bars),
        cmocka_unit_test(no_strategy_looks_ahead_through_longer_frames),
        cmocka_unit_test(no_strategy_looks_ahead_on_real_minutes),
        cmocka_unit_test(no_strategy_looks_ahead_on_real_stocks),
        cmocka_unit_test(the_comparison_finds_a_strategy_that_peeks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
