// SPDX-License-Identifier: Apache-2.0
// Every feature over every recorded feed of every venue: within its range, there once there was enough to tell, and at
// any instant what a run says that ends there.
#include "unit/edge/store/store_kit.h"

#include <math.h>

#include "quant/micro/micro_feed.h"

enum { CUTS = 3, WARM_TRADES = 50 };

// The largest mean of these captures was 0.201 when the defaults were chosen; the defaults before scored 0.7.
#define SCORE_MOST 0.25

static const char *const CAPTURES[] = {
    "data/crypto_l2/binance_cm_btcusd_perp_20240808.txt.xz",
    "data/crypto_l2/binance_spot_btcusdt_20240808.txt.xz",
    "data/crypto_l2/binance_usdm_btcusdt_20240808.txt.xz",
    "data/crypto_l2/bitstamp_btcusd_l3_20150501_a.log.xz",
    "data/crypto_l2/coinbase_pro_ws28_dev_products.txt.xz",
    "data/crypto_l2/cryptofeed_binance_futures.ws.1.0.txt.xz",
    "data/crypto_l2/cryptofeed_bitstamp.ws.1.0.txt.xz",
    "data/crypto_l2/cryptofeed_gemini.ws.1.0.txt.xz",
    "data/crypto_l2/cryptofeed_kraken.ws.50.0.txt.xz",
    "data/mbo/esh4_glbx_20231225.mbo.dbn.zst",
    "data/mbo/lobster_AMZN_2012-06-21_5.zip",
    "data/mbo/ritch_artificial_itch50_alc_bob.itch.xz",
};

struct range {
    const char *feature, *output; // NULL: all others of the feature
    double least, most;
};

static const struct range RANGES[] = {
    {"absorption", "bid", 0, 1},
    {"absorption", "ask", 0, 1},
    {"absorption", NULL, 0, INFINITY},
    {"amihud", NULL, 0, INFINITY},
    {"depth", NULL, 0, INFINITY},
    {"hasbrouck", "r2", 0, 1},
    {"hawkes", "imbalance", -1, 1},
    {"hawkes", NULL, 0, INFINITY},
    {"iceberg", "bid", 0, 1},
    {"iceberg", "ask", 0, 1},
    {"iceberg", NULL, 0, INFINITY},
    {"imbalance", NULL, 0, 1},
    {"kyle", "r2", 0, 1},
    {"layering", "bid", 0, 1},
    {"layering", "ask", 0, 1},
    {"layering", NULL, 0, INFINITY},
    {"ofi_impact", "r2", 0, 1},
    {"queue_imbalance", NULL, -1, 1},
    {"resilience", "half_life", 0, INFINITY},
    {"roll", NULL, 0, INFINITY},
    {"spoofing", "bid", 0, 1},
    {"spoofing", "ask", 0, 1},
    {"spoofing", NULL, 0, INFINITY},
    {"spread", "mid", 0, INFINITY},
    {"trade_flow", "imbalance", -1, 1},
    {"trade_flow", NULL, 0, INFINITY},
    {"trade_sign", NULL, -1, 1},
    {"vpin", "value", 0, 1},
    {"vpin", "bucket", -1, 1},
    {"weighted_mid", NULL, 0, INFINITY},
    {"whale", "count", 0, INFINITY},
    {"whale", "bid_walls", 0, 10},
    {"whale", "ask_walls", 0, 10},
};

// What is there while a book has both sides, and after some trades.
static const char *const OF_BOOK[] = {"depth",           "imbalance", "ofi",
                                      "queue_imbalance", "spread",    "iceberg",
                                      "weighted_mid",    "spoofing",  "layering"};
static const char *const OF_TRADES[] = {"hawkes", "roll"};

// What is asked of an output.
struct rule {
    const struct micro *feature;
    size_t output;
    double least, most;
    bool of_book, of_trades;
};

struct player {
    struct arena arena;
    struct micro_set set;
    struct micro_feed feed;
    struct rule *rules; // by output of the set
};

struct feed {
    struct tape *tape;
    bool orders, pictures;
};

static void player_open(struct player *player, const struct feed *feed) {
    const struct instrument *instrument = &tape_meta(feed->tape)->instrument;
    const struct micro_feed_config config = {
        .by_price = {{.window = 1 << 14, .level_max = 1 << 14}, 1 << 14},
        .by_order = {.order_max = feed->orders ? 1 << 16 : 0,
                     .level_max = feed->orders ? 1 << 14 : 0},
        .unpictured = !feed->pictures};
    *player = (struct player){0};
    micro_set_init(&player->set, pow(10, -instrument->price_decimals),
                   pow(10, -instrument->qty_decimals));
    assert_ok(micro_set_parse(&player->set, "all"));
    assert_ok(arena_init(&player->arena, micro_feed_size(&player->set, &config)));
    assert_ok(micro_feed_init(&player->feed, &player->arena, &player->set, &config));
}

static bool is_of(const char *name, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0) return true;
    return false;
}

static struct rule rule_of(const struct micro *feature, size_t output) {
    struct rule rule = {.feature = feature, .output = output, .least = -INFINITY, .most = INFINITY};
    rule.of_book = is_of(feature->name, OF_BOOK, sizeof OF_BOOK / sizeof *OF_BOOK);
    rule.of_trades = is_of(feature->name, OF_TRADES, sizeof OF_TRADES / sizeof *OF_TRADES);
    for (size_t i = 0; i < sizeof RANGES / sizeof *RANGES; i++) {
        const struct range *range = &RANGES[i];
        if (strcmp(range->feature, feature->name) != 0) continue;
        if (range->output != NULL && strcmp(range->output, feature->outputs[output]) != 0) continue;
        rule.least = range->least;
        rule.most = range->most;
        break;
    }
    return rule;
}

static void rules_make(struct player *player) {
    player->rules = calloc(player->set.output_count, sizeof *player->rules);
    for (uint32_t i = 0, at = 0; i < player->set.count; i++)
        for (size_t k = 0; k < player->set.calls[i].feature->output_count; k++)
            player->rules[at++] = rule_of(player->set.calls[i].feature, k);
}

static void outputs_check(const struct player *player, uint64_t trades) {
    const struct micro_view *view = micro_set_view(&player->set, player->feed.state);
    const double *values = micro_set_outputs(&player->set, player->feed.state, 0);
    bool touch = micro_has_touch(view) && player->feed.was_whole, warm = trades > WARM_TRADES;
    for (uint32_t i = 0; i < player->set.output_count; i++) {
        const struct rule *rule = &player->rules[i];
        bool told = (rule->of_book && touch) || (rule->of_trades && warm), is = !isnan(values[i]);
        if ((told && !is) || (is && !(values[i] >= rule->least && values[i] <= rule->most)) ||
            isinf(values[i]))
            fail_msg("%s.%s: %.17g", rule->feature->name, rule->feature->outputs[rule->output],
                     values[i]);
    }
}

// How far a run goes, and what its outputs were when so many records had been heard.
struct course {
    uint64_t until, cuts[CUTS];
    double *then[CUTS];
    bool checks;
    uint64_t updates;
    double scores[2]; // of spoofing and layering, the larger of its sides, of every 64th update
    uint64_t scored[2];
};

static void scores_add(const struct player *player, struct course *course) {
    static const char *const NAMES[2] = {"spoofing", "layering"};
    for (uint32_t i = 0; i < player->set.count; i++)
        for (int k = 0; k < 2; k++) {
            if (strcmp(player->set.calls[i].feature->name, NAMES[k]) != 0) continue;
            const double *values = micro_set_outputs(&player->set, player->feed.state, i);
            double larger = fmax(values[0], values[1]); // of a book with one side it has one
            if (isnan(larger)) continue;
            course->scores[k] += larger;
            course->scored[k]++;
        }
}

static void play(struct player *player, const struct feed *feed, struct course *course) {
    uint64_t count = 0, trades = 0;
    int64_t now_ns = INT64_MIN;
    size_t size = player->set.output_count * sizeof(double);
    for (uint32_t p = 0; p < tape_partition_count(feed->tape); p++) {
        struct tape_feed part = tape_feed(feed->tape, p);
        for (uint64_t row = 0; row < part.count && count < course->until; row++) {
            struct feed_record record = tape_feed_record(&part, row);
            if (record.receipt_ns > now_ns) now_ns = record.receipt_ns;
            enum micro_feed_event event = micro_feed_apply(&player->feed, &record, now_ns);
            trades += event == MICRO_FEED_TRADE;
            count++;
            for (int i = 0; i < CUTS; i++)
                if (course->cuts[i] == count)
                    memcpy(course->then[i], micro_set_outputs(&player->set, player->feed.state, 0),
                           size);
            if (event == MICRO_FEED_NOTHING || !course->checks) continue;
            outputs_check(player, trades);
            course->updates++;
            if (course->updates % 64 == 0) scores_add(player, course);
        }
    }
}

static void look(struct feed *feed, uint64_t *ret_count) {
    for (uint32_t p = 0; p < tape_partition_count(feed->tape); p++) {
        struct tape_feed part = tape_feed(feed->tape, p);
        *ret_count += part.count;
        for (uint64_t row = 0; row < part.count; row++) {
            int kind = feed_kind_of(part.what[row]);
            feed->orders = feed->orders || (kind >= FEED_ADD && kind <= FEED_EXECUTE);
            feed->pictures = feed->pictures || kind == FEED_SNAPSHOT;
        }
    }
}

struct total {
    const char *root;
    uint64_t feeds, updates;
};

static int feed_check(void *self, const struct tape_series *series) {
    struct total *total = self;
    struct feed feed = {0};
    struct player whole, part;
    struct course course = {.checks = true}, ends = {0};
    char name[TAPE_NAME_SIZE];
    if (series->kind != TAPE_FEED) return 0;
    assert_ok(tape_open(total->root, series, &feed.tape));
    look(&feed, &course.until);
    player_open(&whole, &feed);
    rules_make(&whole);
    size_t size = whole.set.output_count * sizeof(double);
    for (uint64_t i = 0; i < CUTS; i++) {
        course.cuts[i] = course.until * (i + 1) / (CUTS + 1);
        course.then[i] = calloc(1, size);
    }
    play(&whole, &feed, &course);
    for (int i = 0; i < CUTS; i++) { // a run that ends there
        player_open(&part, &feed);
        ends.until = course.cuts[i];
        play(&part, &feed, &ends);
        assert_memory_equal(micro_set_outputs(&part.set, part.feed.state, 0), course.then[i], size);
        arena_fini(&part.arena);
        free(course.then[i]);
    }
    // Ordinary trading is no spoofing: with the defaults it is a small part of what is placed.
    tape_series_print(series, name);
    for (int k = 0; k < 2 && course.updates > 10000; k++) {
        double mean = course.scores[k] / (double)course.scored[k];
        if (!(course.scored[k] > course.updates / 64 / 2 && mean <= SCORE_MOST))
            fail_msg("%s: %s scores %g on average of %llu", name, k ? "layering" : "spoofing", mean,
                     (unsigned long long)course.scored[k]);
    }
    total->updates += course.updates;
    total->feeds++;
    free(whole.rules);
    arena_fini(&whole.arena);
    tape_close(feed.tape);
    return 0;
}

static void every_feature_of_every_recorded_feed_is_sound(void **state) {
    struct kit *kit = *state;
    struct total total = {.root = kit->tape};
    for (size_t i = 0; i < sizeof CAPTURES / sizeof *CAPTURES; i++) {
        struct import_options options;
        struct import_report report;
        import_options_init(&options, kit->tape);
        if (strstr(CAPTURES[i], "bitstamp_btcusd_l3") != NULL) options.symbol = "BTCUSD";
        kit_import(kit, harness_shared(CAPTURES[i]), &options, 0, &report);
        import_report_fini(&report);
    }
    const struct tape_visitor visitor = {feed_check, &total};
    assert_ok(tape_list(kit->tape, &visitor));
    assert_int_equal(total.feeds, 46);
    assert_int_equal(total.updates, 319720);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_feature_of_every_recorded_feed_is_sound, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
