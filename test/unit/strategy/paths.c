// SPDX-License-Identifier: Apache-2.0
#include "paths.h"

#include <math.h>

#include "base/prng.h"
#include "base/timestamp.h"
#include "market/calendar.h"
#include "unit/market/shared_file.h"

enum { INSTRUMENTS_MAX = 64, LINE_MAX_BYTES = 256 };
static const int64_t begin_ns = 1356998400 * NS_PER_S; // 2013-01-01

static void paths_open(struct paths *paths, uint32_t data_frame_s, size_t count) {
    *paths = (struct paths){.data_frame_s = data_frame_s};
    assert_ok(arena_init(&paths->memory, 1 << 20));
    assert_ok(instruments_init(&paths->instruments, &paths->memory, INSTRUMENTS_MAX, 1));
    assert_ok(instruments_add_currency(&paths->instruments, "USD", 4));
    paths->ticks = malloc(count * sizeof *paths->ticks);
    assert_non_null(paths->ticks);
}

static uint32_t add_instrument(struct paths *paths, enum asset_class asset, const char *symbol) {
    struct instrument instrument;
    instrument_defaults(&instrument, asset, symbol, 0);
    int index = instruments_add(&paths->instruments, &instrument);
    assert_ok(index);
    return (uint32_t)index;
}

void paths_fini(struct paths *paths) {
    free(paths->ticks);
    arena_fini(&paths->memory);
}

static int by_time(const void *left, const void *right) {
    const struct tick *a = left, *b = right;
    if (a->bar.close_ns != b->bar.close_ns) return a->bar.close_ns < b->bar.close_ns ? -1 : 1;
    return a->instrument < b->instrument ? -1 : a->instrument > b->instrument;
}

static void sort(struct paths *paths) {
    qsort(paths->ticks, paths->count, sizeof *paths->ticks, by_time);
}

struct walk {
    struct prng prng;
    double level;
    double push;  // PATH_WAVES, PATH_DIPS: distance from the level, fades
    double drift; // PATH_REGIMES
    double spread;
};

static double centred(struct prng *prng) {
    return 2 * prng_double(prng) - 1;
}

// The next close.
static double step(struct walk *walk, enum path_kind kind, uint32_t instrument, uint32_t bar) {
    double noise = 0.01 * centred(&walk->prng);
    switch (kind) {
    case PATH_UP:
        walk->level *= 1 + 0.002 * (1 + 0.25 * instrument) + noise;
        break;
    case PATH_DOWN:
        walk->level *= 1 - 0.002 * (1 + 0.25 * instrument) + noise;
        break;
    case PATH_WAVES:
        if (bar % 40 == 30) walk->push = bar / 40 % 2 == 0 ? -0.08 : 0.08;
        walk->push *= 0.7;
        return walk->level * (1 + walk->push + noise / 4);
    case PATH_DIPS:
        walk->level *= 1.001 + noise / 4;
        if (bar % 40 == 30) walk->push = -0.08;
        walk->push *= 0.7;
        return walk->level * (1 + walk->push);
    case PATH_REGIMES:
        if (prng_below(&walk->prng, 60) == 0) {
            walk->drift = 0.006 * centred(&walk->prng);
            walk->spread = 0.3 + 3 * prng_double(&walk->prng);
        }
        walk->level *= 1 + walk->drift + noise * walk->spread;
        break;
    }
    return walk->level;
}

static price_t price_of(double x) {
    int64_t mantissa;
    assert_ok(decimal_from_double(x, 8, ROUND_HALF_EVEN, &mantissa));
    return PRICE(mantissa);
}

static struct bar bar_of(struct walk *walk, double open, double close) {
    double top = open > close ? open : close, bottom = open < close ? open : close;
    double reach = 0.003 * prng_double(&walk->prng);
    return (struct bar){.open = price_of(open),
                        .high = price_of(top * (1 + reach)),
                        .low = price_of(bottom * (1 - reach)),
                        .close = price_of(close),
                        .volume = QTY(1 + (int64_t)prng_below(&walk->prng, 1000000000))};
}

void paths_make(struct paths *ret_paths, const struct path_plan *plan) {
    paths_open(ret_paths, plan->frame_s, (size_t)plan->instruments * plan->bars);
    int64_t frame_ns = plan->frame_s * NS_PER_S;
    for (uint32_t i = 0; i < plan->instruments; i++) {
        char symbol[16];
        snprintf(symbol, sizeof symbol, "C%u", i);
        uint32_t instrument = add_instrument(ret_paths, ASSET_CRYPTO, symbol);
        struct walk walk = {.level = 100, .spread = 1};
        prng_seed(&walk.prng, plan->seed * 1000 + i);
        double last = 100;
        for (uint32_t b = 0; b < plan->bars; b++) {
            double close = step(&walk, plan->kind, i, b);
            struct bar bar = bar_of(&walk, last, close);
            bar.open_ns = begin_ns + b * frame_ns;
            bar.close_ns = bar.open_ns + frame_ns;
            bar.frame_s = plan->frame_s;
            last = close;
            if (plan->kind == PATH_REGIMES && prng_below(&walk.prng, 20) == 0) continue;
            ret_paths->ticks[ret_paths->count++] =
                (struct tick){.instrument = instrument, .bar = bar};
        }
    }
    sort(ret_paths);
}

// The next field of a line up to a comma or its end, as a mantissa; false when it is no number.
static bool field(const char **line, int decimals, int64_t *ret_mantissa) {
    size_t len = strcspn(*line, ",\r\n");
    int rc = decimal_parse_round(*line, len, decimals, ROUND_HALF_EVEN, ret_mantissa);
    *line += len;
    if (**line == ',') ++*line;
    return rc == 0;
}

void paths_bitfinex(struct paths *ret_paths, const char *relative, size_t count) {
    size_t len;
    char *text = shared_file(relative, &len);
    paths_open(ret_paths, 60, count);
    uint32_t instrument = add_instrument(ret_paths, ASSET_CRYPTO, "BTCUSD");
    for (const char *line = text; line != NULL && ret_paths->count < count;
         line = next_line(line)) {
        const char *at = line;
        int64_t ms;
        struct bar bar = {.frame_s = 60};
        assert_true(field(&at, 0, &ms) && field(&at, 8, &bar.open.m) &&
                    field(&at, 8, &bar.close.m) && field(&at, 8, &bar.high.m) &&
                    field(&at, 8, &bar.low.m) && field(&at, 8, &bar.volume.m));
        bar.open_ns = ms * NS_PER_MS;
        bar.close_ns = bar.open_ns + NS_PER_MIN;
        assert_int_equal(bar_check(&bar), BAR_OK);
        ret_paths->ticks[ret_paths->count++] = (struct tick){.instrument = instrument, .bar = bar};
    }
    free(text);
    sort(ret_paths);
}

void paths_panel(struct paths *ret_paths, uint32_t instruments) {
    size_t len;
    char *text = shared_file("data/equity_daily/sp500_daily_2013_2018_dev_249syms.csv.xz", &len);
    paths_open(ret_paths, 86400, (size_t)instruments * 1300);
    for (const char *line = next_line(text); line != NULL; line = next_line(line)) {
        const char *at = line + 11;
        int32_t date;
        struct session session;
        struct bar bar = {.frame_s = 86400};
        assert_ok(date_parse(line, 10, &date));
        if (!field(&at, 4, &bar.open.m) || !field(&at, 4, &bar.high.m) ||
            !field(&at, 4, &bar.low.m) || !field(&at, 4, &bar.close.m) ||
            !field(&at, 0, &bar.volume.m) || !calendar_session(CALENDAR_XNYS, date, &session))
            continue;
        bar.open_ns = session.open_ns;
        bar.close_ns = session.close_ns;
        if (bar_check(&bar) != BAR_OK) continue;
        char symbol[SYMBOL_SIZE];
        snprintf(symbol, sizeof symbol, "%.*s", (int)strcspn(at, "\r\n"), at);
        int instrument = instruments_find(&ret_paths->instruments, NULL, symbol);
        if (instrument < 0 && ret_paths->instruments.count == instruments) continue;
        if (instrument < 0) instrument = (int)add_instrument(ret_paths, ASSET_EQUITY, symbol);
        ret_paths->ticks[ret_paths->count++] =
            (struct tick){.instrument = (uint32_t)instrument, .bar = bar};
    }
    free(text);
    sort(ret_paths);
}
