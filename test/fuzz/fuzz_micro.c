// SPDX-License-Identifier: Apache-2.0
// Any bytes as records of a feed, twelve a record: a book by price or by order, its trades and pictures, ordinary
// numbers and those at the bounds. Every feature takes them, and no output is infinite.
#include "fuzz_kit.h"

#include <math.h>

#include "base/check.h"
#include "quant/micro/micro_feed.h"

#define FEATURES                                                                                   \
    "all,depth:levels=64,spoofing:levels=64,times=0.1,layering:levels=2,times=0.1,"                \
    "vpin:bucket=3,buckets=5,vpin:bucket=1000,buckets=5,by=bulk,bar=1ms,iceberg:refills=1,"        \
    "kyle:by=trade,microprice:refit=7,amihud:span=1ms,hasbrouck:span=1ms,resilience:span=1ms"

enum { RECORD = 12 };

static const struct micro_feed_config CONFIG = {.by_price = {{.window = 256, .level_max = 96}, 64},
                                                .by_order = {64, 48},
                                                .hidden = true,
                                                .unpictured = true};

static int64_t number_of(const uint8_t *data, int64_t around, int64_t most) {
    if (data[0] > 6) return around + (int8_t)data[1];
    const int64_t bounds[] = {most, -most, most - data[1], 1, 0, INT64_MAX, INT64_MIN + 1};
    return bounds[data[0]];
}

static struct feed_record record_of(const uint8_t *data, int64_t *now_ns) {
    *now_ns += data[11] < 250 ? (int64_t)data[11] * 100000 : (int64_t)data[10] * 3600000000000;
    struct feed_record record = {
        .venue_ns = *now_ns,
        .receipt_ns = *now_ns,
        .price = number_of(data + 2, 100, INT64_C(1) << 60),
        .qty = number_of(data + 4, 128, INT64_MAX),
        .id = data[6] % 32,
        .what = feed_what(data[0] % FEED_KIND_END, data[1] % 3 - 1, data[7] & FEED_FLAGS)};
    enum feed_kind kind = feed_kind_of(record.what);
    if (kind == FEED_REDUCE || kind == FEED_DELETE || kind == FEED_CLEAR) record.price = 0;
    if (kind == FEED_CLEAR) record.qty = 0;
    return record;
}

struct run {
    struct arena arena;
    struct micro_set set;
    struct micro_feed feed;
};

static void run_open(struct run *run) {
    *run = (struct run){0};
    micro_set_init(&run->set, 0.01, 1e-8);
    CHECK(micro_set_parse(&run->set, FEATURES) == 0);
    CHECK(arena_init(&run->arena, micro_feed_size(&run->set, &CONFIG)) == 0);
    CHECK(micro_feed_init(&run->feed, &run->arena, &run->set, &CONFIG) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct run run;
    int64_t now_ns = 0;
    run_open(&run);
    for (size_t at = 0; at + RECORD <= size; at += RECORD) {
        struct feed_record record = record_of(data + at, &now_ns);
        if (!feed_record_valid(&record)) continue;
        (void)micro_feed_apply(&run.feed, &record, now_ns);
        if (data[at + 8] == 1) micro_set_time(&run.set, run.feed.state, now_ns);
        const double *outputs = micro_set_outputs(&run.set, run.feed.state, 0);
        for (uint32_t i = 0; i < run.set.output_count; i++) CHECK(!isinf(outputs[i]));
    }
    arena_fini(&run.arena);
    return 0;
}
