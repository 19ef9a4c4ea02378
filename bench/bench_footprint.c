// SPDX-License-Identifier: Apache-2.0
// Trades into footprint bars of 10,000 trades and a rolling profile of the last minute, one by one.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "bench.h"
#include "quant/footprint/footprint.h"
#include "quant/footprint/rolling_profile.h"

enum { TRADES = 2000000, SAMPLES = 15, ROWS = 4096, RING = 1 << 16, BASE = 1 << 20, BAR = 10000 };
#define SPAN_NS INT64_C(60000000000)

struct work {
    struct rolling_trade *trades; // [TRADES]
    struct footprint *bars;
    struct rolling_profile *profile;
    int64_t (*sums)[2]; // [BASE] bid and ask by price, of all bars
};

// A walk of single ticks, about 300 trades a second.
static void trades_make(struct rolling_trade *trades) {
    struct prng prng;
    prng_seed(&prng, 17);
    int64_t ts_ns = 0, price = BASE / 2;
    for (int i = 0; i < TRADES; i++) {
        ts_ns += (int64_t)prng_below(&prng, 6600000);
        price += (int64_t)prng_below(&prng, 3) - 1;
        trades[i] = (struct rolling_trade){ts_ns, price, 1 + (int64_t)prng_below(&prng, 100),
                                           prng_below(&prng, 2) == 0 ? 1 : -1};
    }
}

static int start(struct work *work) {
    const struct footprint_config config = {
        .height = 1, .limit = BAR, .kind = FOOTPRINT_TRADES, .rows_max = ROWS};
    if (footprint_init(work->bars, &config) < 0) return -1;
    return rolling_profile_init(work->profile, 1, SPAN_NS, ROWS, RING);
}

static void bar_add(struct work *work) {
    struct footprint_view view = footprint_done(work->bars);
    for (int64_t row = view.cells->low; row <= view.cells->high; row++) {
        struct volume_at_price_cell cell = volume_at_price_get(view.cells, row);
        work->sums[row][0] += cell.bid;
        work->sums[row][1] += cell.ask;
    }
}

static int pass(struct work *work, bool add) {
    if (start(work) < 0) return -1;
    for (int i = 0; i < TRADES; i++) {
        const struct rolling_trade *trade = &work->trades[i];
        int side = (int)trade->side;
        int rc = footprint_trade(work->bars, trade->ts_ns, trade->price, trade->qty, side);
        if (rc < 0) return -1;
        if (rolling_profile_trade(work->profile, trade->ts_ns, trade->price, trade->qty, side) < 0)
            return -1;
        if (rc == 1 && add) bar_add(work);
    }
    return 0;
}

// All trades by price without bars, and those of the last minute without a ring.
static bool check(struct work *work) {
    static int64_t all[BASE][2], last[BASE][2];
    if (pass(work, true) < 0 || footprint_making(work->bars).bar != NULL) return false;
    int64_t end_ns = work->trades[TRADES - 1].ts_ns;
    for (int i = 0; i < TRADES; i++) {
        const struct rolling_trade *trade = &work->trades[i];
        all[trade->price][trade->side > 0] += trade->qty;
        if (trade->ts_ns > end_ns - SPAN_NS) last[trade->price][trade->side > 0] += trade->qty;
    }
    bool same = memcmp(all, work->sums, sizeof all) == 0 && work->profile->early == 0;
    for (int64_t price = 0; price < BASE; price++) {
        struct volume_at_price_cell cell =
            volume_at_price_get(rolling_profile_cells(work->profile), price);
        same = same && cell.bid == last[price][0] && cell.ask == last[price][1];
    }
    return same;
}

static int measure(struct work *work, struct bench_row *row) {
    uint8_t digest[SHA256_SIZE];
    trades_make(work->trades);
    sha256(work->trades, TRADES * sizeof *work->trades, digest);
    sha256_print(row->input_sha256, digest);
    bool same = check(work);
    for (int i = 0; same && i < SAMPLES; i++) {
        double from = bench_now();
        same = pass(work, false) == 0;
        row->samples[row->count++] = TRADES / (bench_now() - from);
    }
    snprintf(row->result_check, sizeof row->result_check,
             "volume at bid and ask by price of %d bars, and of the last minute, %s that of plain "
             "sums over %d trades",
             TRADES / BAR, same ? "equals" : "DIFFERS FROM", TRADES);
    if (!same) fprintf(stderr, "footprint: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run(struct bench_row *row) {
    struct work work = {.trades = malloc(TRADES * sizeof *work.trades),
                        .bars = malloc(FOOTPRINT_BYTES(ROWS)),
                        .profile = malloc(ROLLING_PROFILE_BYTES(ROWS, RING)),
                        .sums = calloc(BASE, sizeof *work.sums)};
    bool room =
        work.trades != NULL && work.bars != NULL && work.profile != NULL && work.sums != NULL;
    row->unit = "trades/s";
    row->bigger_is_better = true;
    int rc = room ? measure(&work, row) : -1;
    free(work.trades);
    free(work.bars);
    free(work.profile);
    free(work.sums);
    return rc;
}

const struct bench bench_footprint = {
    .name = "footprint",
    .summary = "trades into footprint bars and a rolling profile",
    .run = run,
};
