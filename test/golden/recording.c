// SPDX-License-Identifier: Apache-2.0
#include "recording.h"

#include <inttypes.h>
#include <jansson.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "unit/market/shared_file.h"

static int64_t number(const json_t *text, int decimals) {
    int64_t mantissa;
    const char *digits = json_string_value(text);
    size_t len = strlen(digits);
    while (strchr(digits, '.') != NULL && digits[len - 1] == '0')
        len--; // spot has eight, whatever they are
    if (digits[len - 1] == '.') len--;
    assert_ok(decimal_parse(digits, len, decimals, &mantissa));
    return mantissa;
}

static void add(struct recording *recording, int64_t ms, enum feed_kind kind, int side,
                const json_t *price, const json_t *qty) {
    if (recording->count == recording->max) {
        recording->max = recording->max ? 2 * recording->max : 1 << 16;
        recording->records =
            realloc(recording->records, recording->max * sizeof *recording->records);
    }
    recording->records[recording->count++] =
        (struct feed_record){.venue_ns = ms * 1000000,
                             .receipt_ns = ms * 1000000,
                             .price = number(price, recording->price_decimals),
                             .qty = number(qty, recording->qty_decimals),
                             .what = feed_what(kind, side, 0)};
}

static void add_levels(struct recording *recording, int64_t ms, enum feed_kind kind, int side,
                       const json_t *levels) {
    size_t i;
    json_t *level;
    json_array_foreach(levels, i, level)
        add(recording, ms, kind, side, json_array_get(level, 0), json_array_get(level, 1));
}

static void add_line(struct recording *recording, const char *line, size_t len) {
    const char *text = memchr(line, ' ', len);
    json_t *message = json_loadb(text, len - (size_t)(text - line), 0, NULL);
    assert_non_null(message);
    const json_t *data = json_object_get(message, "data");
    const json_t *of = data ? data : message;
    const json_t *time = json_object_get(of, "T"), *sent = json_object_get(of, "E");
    const char *event = json_string_value(json_object_get(of, "e"));
    int64_t ms = json_integer_value(json_is_integer(time) ? time : sent);
    if (ms == 0 && recording->count > 0)
        ms = recording->records[recording->count - 1].venue_ns / 1000000;
    if (!data) {
        add_levels(recording, ms, FEED_SNAPSHOT, 1, json_object_get(of, "bids"));
        add_levels(recording, ms, FEED_SNAPSHOT, -1, json_object_get(of, "asks"));
    } else if (event == NULL) { // spot's bookTicker
        json_decref(message);
        return;
    } else if (strcmp(event, "depthUpdate") == 0) {
        add_levels(recording, ms, FEED_LEVEL, 1, json_object_get(of, "b"));
        add_levels(recording, ms, FEED_LEVEL, -1, json_object_get(of, "a"));
    } else if (strcmp(event, "trade") == 0) {
        const char *kind = json_string_value(json_object_get(of, "X"));
        bool sell = json_is_true(json_object_get(of, "m"));
        if (!kind || strcmp(kind, "MARKET") == 0)
            add(recording, ms, FEED_TRADE, sell ? -1 : 1, json_object_get(of, "p"),
                json_object_get(of, "q"));
    }
    json_decref(message);
}

// By time; the order of the file among equals is kept through receipt_ns.
static int by_time(const void *a, const void *b) {
    const struct feed_record *x = a, *y = b;
    if (x->venue_ns != y->venue_ns) return x->venue_ns < y->venue_ns ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

void recording_load(struct recording *recording, const char *path) {
    recording_load_as(recording, path, 1, 3);
}

void recording_load_as(struct recording *recording, const char *path, int price_decimals,
                       int qty_decimals) {
    *recording = (struct recording){.price_decimals = price_decimals, .qty_decimals = qty_decimals};
    size_t len;
    char *text = shared_file(path, &len);
    for (const char *line = text; line; line = next_line(line)) {
        const char *end = strchr(line, '\n');
        add_line(recording, line, end ? (size_t)(end - line) : strlen(line));
    }
    free(text);
    for (size_t i = 0; i < recording->count; i++) recording->records[i].id = i;
    qsort(recording->records, recording->count, sizeof *recording->records, by_time);
}

void recording_digest(const struct recording *recording, char ret_text[65]) {
    struct sha256 *sha = sha256_new();
    for (size_t i = 0; i < recording->count; i++) {
        const struct feed_record *record = &recording->records[i];
        enum feed_kind kind = feed_kind_of(record->what);
        int code = kind == FEED_LEVEL ? 1 : kind == FEED_TRADE ? 2 : 4;
        char line[96];
        int n = snprintf(line, sizeof line, "%" PRId64 ",%d,%c,%" PRId64 ",%" PRId64 "\n",
                         record->venue_ns / 1000000, code,
                         feed_side_of(record->what) > 0 ? 'B' : 'S', record->price, record->qty);
        sha256_update(sha, line, (size_t)n);
    }
    uint8_t digest[SHA256_SIZE];
    sha256_final(sha, digest);
    sha256_free(sha);
    sha256_print(ret_text, digest);
}

void recording_columns(struct recording *recording, int passes) {
    size_t count = recording->count, total = (count + 1) * (size_t)passes - 1, at = 0;
    int64_t *venue = malloc(4 * total * sizeof *venue);
    int64_t *price = venue + total, *qty = price + total, *what = qty + total;
    int64_t first = recording->records[0].venue_ns;
    int64_t span = recording->records[count - 1].venue_ns - first + 1000000000;
    for (int pass = 0; pass < passes; pass++) {
        if (pass > 0) {
            venue[at] = first + pass * span - 1;
            price[at] = qty[at] = 0;
            what[at++] = feed_what(FEED_CLEAR, 0, 0);
        }
        for (size_t i = 0; i < count; i++, at++) {
            venue[at] = recording->records[i].venue_ns + pass * span;
            price[at] = recording->records[i].price;
            qty[at] = recording->records[i].qty;
            what[at] = recording->records[i].what;
        }
    }
    free(recording->columns);
    recording->columns = venue;
    recording->rows = (struct feed_rows){
        .venue_ns = venue, .price = price, .qty = qty, .what = what, .count = total};
}

void recording_free(struct recording *recording) {
    free(recording->records);
    free(recording->columns);
}
