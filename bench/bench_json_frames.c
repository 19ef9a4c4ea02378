// SPDX-License-Identifier: Apache-2.0
// Frames of a Binance WebSocket feed to typed events: every message of a recording of USD-M futures (changes of
// the book, best quotes, trades), the text in memory, the events of each message handed out before the next is read.
//
// The peer is jansson in this process: it makes a tree of each message, from which the same events are read. All
// events of both are compared: kind, side, price and quantity at the instrument's decimals, number, time.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "bench.h"
#include "market/wire.h"

enum { SAMPLES = 11, PEER_SAMPLES = 3, ITEMS = 1 << 16, PRICE_DECIMALS = 2, QTY_DECIMALS = 3 };

static const char real_file[] = "data/crypto_l2/binance_usdm_btcusdt_20240808.txt.xz";

struct frames {
    char *text;
    size_t size;
    struct frame {
        const char *at;
        size_t size;
    } * list;
    size_t count;
    size_t bytes; // of all frames
};

// The events of the message before, and a running digest of all: so many are never kept.
struct events {
    struct feed_record *list;
    uint64_t count;
    uint64_t digest;
    bool digests;
};

static int load(struct frames *frames, struct bench_row *row) {
    uint8_t digest[SHA256_SIZE];
    const char *path = bench_shared(real_file);
    if (path == NULL) return -1;
    frames->text = bench_load(path, &frames->size);
    if (frames->text == NULL) return -1;
    frames->text = realloc(frames->text, frames->size + JSCAN_PADDING);
    memset(frames->text + frames->size, 0, JSCAN_PADDING);
    frames->list = calloc(frames->size / 64 + 1, sizeof *frames->list);
    for (const char *at = frames->text, *end = at + frames->size; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline == NULL ? end : newline;
        const char *blank = memchr(at, ' ', (size_t)(stop - at));
        if (blank == NULL) return -1;
        frames->list[frames->count++] = (struct frame){blank + 1, (size_t)(stop - blank) - 1};
        frames->bytes += (size_t)(stop - blank) - 1;
        at = stop + 1;
    }
    sha256(frames->text, frames->size, digest);
    sha256_print(row->input_sha256, digest);
    return 0;
}

static int take(void *self, const struct wire_message *message) {
    struct events *events = self;
    static const int64_t price_scale[] = {100, 10, 1}, qty_scale[] = {1000, 100, 10, 1};
    for (uint32_t i = 0; i < message->count; i++) {
        const struct wire_item *item = &message->items[i];
        if (item->price.frac > PRICE_DECIMALS || item->qty.frac > QTY_DECIMALS) return ERR_INEXACT;
        events->list[i] =
            (struct feed_record){.venue_ns = message->venue_ns,
                                 .price = item->price.m * price_scale[item->price.frac],
                                 .qty = item->qty.m * qty_scale[item->qty.frac],
                                 .id = item->id != 0 ? item->id : message->last,
                                 .what = item->what};
    }
    events->count += message->count;
    if (events->digests)
        events->digest =
            hash64(events->digest, events->list, message->count * sizeof *events->list);
    return 0;
}

static int read_all(const struct frames *frames, struct wire *wire) {
    for (size_t i = 0; i < frames->count; i++) {
        struct jscan_text none = {0};
        if (wire_decode(wire, none, frames->list[i].at, frames->list[i].size) < 0) {
            fprintf(stderr, "json_frames: frame %zu: %s\n", i, wire->fault);
            return -1;
        }
    }
    return 0;
}

static int64_t peer_number(const json_t *text, int decimals) {
    int64_t m = 0;
    const char *at = json_string_value(text);
    return at != NULL && decimal_parse(at, strlen(at), decimals, &m) == 0 ? m : INT64_MIN;
}

static void peer_add(struct events *events, size_t at, int64_t ns, const json_t *price,
                     const json_t *qty, uint64_t id, int64_t what) {
    events->list[at] = (struct feed_record){.venue_ns = ns,
                                            .price = peer_number(price, PRICE_DECIMALS),
                                            .qty = peer_number(qty, QTY_DECIMALS),
                                            .id = id,
                                            .what = what};
}

static size_t peer_levels(struct events *events, size_t at, int64_t ns, const json_t *list,
                          uint64_t id, int64_t what) {
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *level = json_array_get(list, i);
        peer_add(events, at++, ns, json_array_get(level, 0), json_array_get(level, 1), id, what);
    }
    return at;
}

static size_t peer_message(struct events *events, const json_t *root) {
    const json_t *data = json_object_get(root, "data");
    if (data == NULL) data = root;
    const char *type = json_string_value(json_object_get(data, "e"));
    int64_t ns = json_integer_value(json_object_get(data, "T")) * 1000000;
    uint64_t last = (uint64_t)json_integer_value(json_object_get(data, "u"));
    if (type == NULL) {
        last = (uint64_t)json_integer_value(json_object_get(data, "lastUpdateId"));
        size_t count = peer_levels(events, 0, ns, json_object_get(data, "bids"), last,
                                   feed_what(FEED_SNAPSHOT, 1, 0));
        return peer_levels(events, count, ns, json_object_get(data, "asks"), last,
                           feed_what(FEED_SNAPSHOT, -1, 0));
    }
    if (strcmp(type, "depthUpdate") == 0) {
        size_t count = peer_levels(events, 0, ns, json_object_get(data, "b"), last,
                                   feed_what(FEED_LEVEL, 1, 0));
        return peer_levels(events, count, ns, json_object_get(data, "a"), last,
                           feed_what(FEED_LEVEL, -1, 0));
    }
    if (strcmp(type, "trade") == 0) {
        bool seller = json_is_true(json_object_get(data, "m"));
        peer_add(events, 0, ns, json_object_get(data, "p"), json_object_get(data, "q"),
                 (uint64_t)json_integer_value(json_object_get(data, "t")),
                 feed_what(FEED_TRADE, seller ? -1 : 1, 0));
        return 1;
    }
    peer_add(events, 0, ns, json_object_get(data, "b"), json_object_get(data, "B"), last,
             feed_what(FEED_BEST, 1, 0));
    peer_add(events, 1, ns, json_object_get(data, "a"), json_object_get(data, "A"), last,
             feed_what(FEED_BEST, -1, 0));
    return 2;
}

static int peer_read_all(const struct frames *frames, struct events *events) {
    for (size_t i = 0; i < frames->count; i++) {
        json_error_t error;
        json_t *root = json_loadb(frames->list[i].at, frames->list[i].size, 0, &error);
        if (root == NULL) return -1;
        size_t count = peer_message(events, root);
        events->count += count;
        if (events->digests)
            events->digest = hash64(events->digest, events->list, count * sizeof *events->list);
        json_decref(root);
    }
    return 0;
}

static int compare(const struct frames *frames, struct wire *wire, struct events *ours,
                   struct bench_row *row) {
    struct events theirs = {.list = ours->list, .digests = true};
    ours->digests = true;
    ours->count = ours->digest = 0;
    if (read_all(frames, wire) < 0 || peer_read_all(frames, &theirs) < 0) return -1;
    bool same = ours->count == theirs.count && ours->digest == theirs.digest && ours->count > 0;
    snprintf(row->result_check, sizeof row->result_check,
             "Binance USD-M, %zu frames: %llu events in order, five fields each, %s jansson's",
             frames->count, (unsigned long long)ours->count, same ? "equal" : "DIFFER FROM");
    if (!same) fprintf(stderr, "json_frames: %s\n", row->result_check);
    return same ? 0 : BENCH_DIFFERS;
}

static int measure(const struct frames *frames, struct wire *wire, struct events *ours,
                   struct bench_row *row) {
    double peer[PEER_SAMPLES];
    struct events theirs = {.list = ours->list};
    for (int i = 0; i <= SAMPLES; i++) {
        double start = bench_now();
        if (read_all(frames, wire) < 0) return -1;
        if (i > 0) // the first warms up
            row->samples[row->count++] = (double)frames->bytes / 1e6 / (bench_now() - start);
    }
    for (int i = 0; i < PEER_SAMPLES; i++) {
        double start = bench_now();
        if (peer_read_all(frames, &theirs) < 0) return -1;
        peer[i] = (double)frames->bytes / 1e6 / (bench_now() - start);
    }
    row->peer_value = bench_sort(peer, PEER_SAMPLES);
    snprintf(row->peer, sizeof row->peer, "jansson");
    snprintf(row->peer_version, sizeof row->peer_version, "%s", jansson_version_str());
    return compare(frames, wire, ours, row);
}

static int run(struct bench_row *row) {
    struct frames frames = {0};
    struct wire wire;
    struct wire_item *items = malloc(ITEMS * sizeof *items);
    struct events ours = {.list = malloc(ITEMS * sizeof *ours.list)};
    row->unit = "MB/s";
    row->bigger_is_better = true;
    int rc = items == NULL || ours.list == NULL ? -1 : load(&frames, row);
    if (rc == 0) {
        wire_init(&wire, wire_dialect_find("BINANCE"), items, ITEMS);
        wire.take = take;
        wire.self = &ours;
        rc = measure(&frames, &wire, &ours, row);
    }
    free(items);
    free(ours.list);
    free(frames.list);
    free(frames.text);
    return rc;
}

const struct bench bench_json_frames = {
    .name = "json_frames",
    .summary = "frames of a Binance WebSocket feed to typed events, one core",
    .run = run,
};
