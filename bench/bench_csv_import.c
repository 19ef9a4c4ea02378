// SPDX-License-Identifier: Apache-2.0
// A plain CSV of one-minute bars into a fresh tape, synced to the disk: text in, partitions and manifest out.
//
// The file is a year of real bars where the shared data are present, else the seeded walk. Afterwards every
// value on the tape is compared with a second, plain reading of the text.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "bench.h"
#include "data.h"
#include "edge/store/import.h"
#include "edge/store/tape.h"
#include "peer.h"

enum { SAMPLES = 11, PEER_SAMPLES = 5, WALK_BARS = 1000000, COLUMNS = 5 };

static const char real_file[] = "data/crypto_bars/bitfinex_btcusd_1m_2018.csv.xz";

struct input {
    char path[256];
    bool real; // Bitfinex: no header, open, close, high, low
    char *text;
    size_t size;
};

struct sums {
    uint64_t rows;
    double columns[COLUMNS]; // open, high, low, close, volume
};

static int load_input(struct input *input, struct bench_row *row) {
    uint8_t digest[SHA256_SIZE];
    const char *shared = bench_shared(real_file);
    snprintf(input->path, sizeof input->path, "%s/bars.csv", bench_directory());
    input->real = shared != NULL;
    if (!input->real && bench_write_bars(input->path, 1, WALK_BARS, row->input_sha256) == 0)
        return -1;
    input->text = bench_load(input->real ? shared : input->path, &input->size);
    if (input->text == NULL) return -1;
    if (input->real && io_write_file(input->path, input->text, input->size) < 0) return -1;
    sha256(input->text, input->size, digest);
    sha256_print(row->input_sha256, digest);
    return 0;
}

static int import(const struct input *input, const char *tape) {
    const char *path = input->path;
    struct import_options options;
    struct import_report report;
    import_options_init(&options, tape);
    options.format = input->real ? "bitfinex" : "csv";
    options.symbol = "BTCUSD";
    options.venue = "BENCH";
    options.currency = "USD";
    options.calendar = 0; // 24/7
    options.asset = 1;    // crypto
    int rc = import_run(&options, &path, 1, &report);
    if (rc < 0) fprintf(stderr, "%s: %s\n", path, err_story());
    import_report_fini(&report);
    return rc;
}

// A number as a mantissa at `decimals`: the C library's long double has digits to spare for what a bar holds.
static int64_t slow_number(const char **at, int decimals) {
    char *end;
    long double value = strtold(*at, &end);
    *at = end + (*end != '\0'); // the comma or the line's end
    return llroundl(value * powl(10, decimals));
}

struct slow_bar {
    int64_t open_ns, open, high, low, close, volume;
};

static struct slow_bar slow_row(const char **at, bool real, int price, int qty) {
    struct slow_bar bar = {.open_ns = slow_number(at, 0) * 1000000};
    bar.open = slow_number(at, price);
    if (real) bar.close = slow_number(at, price);
    bar.high = slow_number(at, price);
    bar.low = slow_number(at, price);
    if (!real) bar.close = slow_number(at, price);
    bar.volume = slow_number(at, qty);
    return bar;
}

static bool same_bar(const struct slow_bar *bar, const struct tape_bars *bars, uint64_t i) {
    return bar->open_ns == bars->open_ns[i] && bar->open == bars->open[i] &&
           bar->high == bars->high[i] && bar->low == bars->low[i] && bar->close == bars->close[i] &&
           bar->volume == bars->volume[i];
}

// How many rows of the text are on the tape, in order and equal, before the first that is not.
static uint64_t count_equal(const struct input *input, const struct tape *tape, struct sums *sums) {
    const struct instrument *instrument = &tape_meta(tape)->instrument;
    double price = pow(10, -instrument->price_decimals), qty = pow(10, -instrument->qty_decimals);
    const char *at = input->real ? input->text : strchr(input->text, '\n') + 1;
    const char *end = input->text + input->size;
    uint64_t rows = 0;
    for (uint32_t p = 0; p < tape_partition_count(tape); p++) {
        struct tape_bars bars = tape_bars(tape, p);
        for (uint64_t i = 0; i < bars.count; i++, rows++) {
            if (at >= end) return rows;
            struct slow_bar bar =
                slow_row(&at, input->real, instrument->price_decimals, instrument->qty_decimals);
            if (!same_bar(&bar, &bars, i)) return rows;
            sums->columns[0] += (double)bar.open * price;
            sums->columns[1] += (double)bar.high * price;
            sums->columns[2] += (double)bar.low * price;
            sums->columns[3] += (double)bar.close * price;
            sums->columns[4] += (double)bar.volume * qty;
        }
    }
    sums->rows = rows;
    return at >= end ? rows : rows - 1; // a row of the text that the tape lacks
}

static int check(const struct input *input, const char *root, struct sums *sums,
                 struct bench_row *row) {
    struct tape_series series;
    struct tape *tape;
    if (tape_find(root, "BTCUSD", &series) < 0 || tape_open(root, &series, &tape) < 0) return -1;
    uint64_t equal = count_equal(input, tape, sums);
    bool same = equal == tape_count(tape) && equal > 0 && tape_verify(tape) == 0;
    snprintf(row->result_check, sizeof row->result_check,
             "%s: all %llu rows x 6 columns on the tape %s a plain second parse of the text",
             input->real ? "Bitfinex BTC/USD 2018" : "seeded walk", (unsigned long long)equal,
             same ? "equal" : "DIFFER FROM");
    tape_close(tape);
    if (!same) fprintf(stderr, "csv_import: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int compare_peer(const struct input *input, const struct sums *sums, struct bench_row *row) {
    char samples[8];
    snprintf(samples, sizeof samples, "%d", PEER_SAMPLES);
    const char *args[] = {input->path, input->real ? "bitfinex" : "header", samples, NULL};
    json_t *object = bench_peer("pandas_csv", args);
    if (object == NULL) return 0;
    const json_t *list = json_object_get(object, "sums");
    bool same = (uint64_t)json_integer_value(json_object_get(object, "rows")) == sums->rows;
    for (size_t i = 0; i < COLUMNS; i++) {
        double theirs = json_number_value(json_array_get(list, i));
        same = same && fabs(theirs - sums->columns[i]) <= 1e-9 * fabs(sums->columns[i]);
    }
    bench_peer_fill(row, object, (double)input->size / 1e6);
    json_decref(object);
    size_t len = strlen(row->result_check);
    snprintf(row->result_check + len, sizeof row->result_check - len,
             "; rows and the sums of 5 columns %s the peer's within 1e-9",
             same ? "equal" : "DIFFER FROM");
    if (!same) fprintf(stderr, "csv_import: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int measure(const struct input *input, const char *root, struct bench_row *row) {
    for (int i = 0; i <= SAMPLES; i++) {
        bench_remove(root);
        double start = bench_now();
        if (import(input, root) < 0) return -1;
        if (i > 0) // the first warms up
            row->samples[row->count++] = (double)input->size / 1e6 / (bench_now() - start);
    }
    return 0;
}

static int run(struct bench_row *row) {
    struct input input = {.text = NULL};
    struct sums sums = {0};
    char root[256];
    snprintf(root, sizeof root, "%s/import", bench_directory());
    row->unit = "MB/s";
    row->bigger_is_better = true;
    int rc = load_input(&input, row);
    if (rc == 0) rc = measure(&input, root, row);
    if (rc == 0) rc = check(&input, root, &sums, row);
    if (rc == 0) rc = compare_peer(&input, &sums, row);
    free(input.text);
    bench_remove(root);
    return rc;
}

const struct bench bench_csv_import = {
    .name = "csv_import",
    .summary = "one-minute bars of plain CSV text into a fresh tape, synced to the disk",
    .run = run,
};
