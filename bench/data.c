// SPDX-License-Identifier: Apache-2.0
#include "data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/prng.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "edge/store/import.h"

#define FIRST_BAR_NS INT64_C(1577836800000000000) // 2020-01-01

enum { WALK_DECIMALS = 8 };

const char bench_sma_config[] = "name: bench\n"
                                "data: [BENCH/WALK/bar-1m]\n"
                                "capital: \"1000000\"\n"
                                "strategies:\n"
                                "- strategy: sma_cross\n"
                                "  params: [fast=20, slow=100]\n"
                                "  sizing: fixed_fraction\n"
                                "  sizing_params: [fraction=0.5]\n"
                                "fees:\n"
                                "  model: maker_taker\n"
                                "  params: [maker=1, taker=1]\n"
                                "venue: [volume_share=0]\n";

void bench_walk(uint64_t seed, uint64_t count, int64_t *ret_closes) {
    struct prng prng;
    int64_t price = INT64_C(1000000000000); // 10,000.00000000
    prng_seed(&prng, seed);
    for (uint64_t i = 0; i < count; i++) {
        int64_t step = price / 1000;
        price += (int64_t)prng_below(&prng, 2 * (uint64_t)step + 1) - step;
        if (price < INT64_C(100000000000)) price = INT64_C(100000000000);
        ret_closes[i] = price;
    }
}

static void add_number(struct text *text, int64_t mantissa, char end) {
    char buf[DECIMAL_TEXT_SIZE];
    size_t len = decimal_print(buf, sizeof buf, mantissa, WALK_DECIMALS);
    text_add_bytes(text, buf, len);
    text_add_char(text, end);
}

static void add_bar(struct text *text, int64_t open_ns, int64_t open, int64_t close) {
    int64_t high = open > close ? open : close, low = open < close ? open : close;
    text_printf(text, "%lld,", (long long)(open_ns / NS_PER_MS));
    add_number(text, open, ',');
    add_number(text, high, ',');
    add_number(text, low, ',');
    add_number(text, close, ',');
    add_number(text, INT64_C(10000000001), '\n'); // 100 units; the last digit makes lots of 1e-8
}

size_t bench_write_bars(const char *path, uint64_t seed, uint64_t count, char *ret_sha256) {
    int64_t *closes = malloc(count * sizeof *closes);
    struct text text;
    uint8_t digest[SHA256_SIZE];
    if (closes == NULL) return 0;
    bench_walk(seed, count, closes);
    text_init(&text, (size_t)1 << 31);
    text_add(&text, "time,open,high,low,close,volume\n");
    for (uint64_t i = 0; i < count; i++)
        add_bar(&text, FIRST_BAR_NS + (int64_t)i * NS_PER_MIN, closes[i > 0 ? i - 1 : 0],
                closes[i]);
    size_t size = text_error(&text) == 0 && io_write_file(path, text_string(&text), text.len) == 0
                      ? text.len
                      : 0;
    sha256(text_string(&text), text.len, digest);
    sha256_print(ret_sha256, digest);
    text_fini(&text);
    free(closes);
    return size;
}

int bench_import(const char *path, const char *tape, const char *symbol) {
    struct import_options options;
    struct import_report report;
    import_options_init(&options, tape);
    options.symbol = symbol;
    options.venue = "BENCH";
    options.currency = "USD";
    options.calendar = 0;
    options.asset = 1; // crypto: 24/7, 8 decimals
    int rc = import_run(&options, &path, 1, &report);
    if (rc < 0) fprintf(stderr, "%s: %s\n", path, err_story());
    import_report_fini(&report);
    return rc;
}
