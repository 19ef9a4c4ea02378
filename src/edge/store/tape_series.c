// SPDX-License-Identifier: Apache-2.0
#include "edge/store/tape.h"

#include <stdio.h>
#include <string.h>

#include "base/timestamp.h"

static const struct {
    enum tape_kind kind;
    const char *prefix;
} KINDS[] = {{TAPE_BARS, "bar-"}, {TAPE_MIDS, "mid-"}};

static int kind_parse(const char *text, struct tape_series *ret_series);
static void kind_print(const struct tape_series *series, char *buf, size_t size);
static int field_copy(const char *from, size_t len, size_t size, const char *what, char *ret_to);
static size_t escape(const char *name, char *buf, size_t size);

int tape_series_parse(const char *text, struct tape_series *ret_series) {
    struct tape_series series = {0};
    const char *slash = strchr(text, '/');
    const char *last = strrchr(text, '/');
    if (slash == NULL || last == slash)
        return ERR_SET(ERR_PARSE, "'%s' is not VENUE/SYMBOL/KIND, as in COINBASE/BTC-USD/bar-1m",
                       text);
    TRY(field_copy(text, (size_t)(slash - text), sizeof series.venue, "venue", series.venue));
    TRY(field_copy(slash + 1, (size_t)(last - slash - 1), sizeof series.symbol, "symbol",
                   series.symbol));
    TRY(kind_parse(last + 1, &series));
    *ret_series = series;
    return 0;
}

void tape_series_print(const struct tape_series *series, char buf[TAPE_NAME_SIZE]) {
    char kind[24];
    kind_print(series, kind, sizeof kind);
    snprintf(buf, TAPE_NAME_SIZE, "%.*s/%.*s/%s", VENUE_NAME_SIZE, series->venue, SYMBOL_SIZE,
             series->symbol, kind);
}

int tape_series_path(const char *root, const struct tape_series *series,
                     char ret_path[TAPE_PATH_SIZE]) {
    char venue[3 * VENUE_NAME_SIZE], symbol[3 * SYMBOL_SIZE], kind[24];
    escape(series->venue, venue, sizeof venue);
    escape(series->symbol, symbol, sizeof symbol);
    kind_print(series, kind, sizeof kind);
    int len = snprintf(ret_path, TAPE_PATH_SIZE, "%s/%s/%s/%s", root, venue, symbol, kind);
    if (len < 0 || len >= TAPE_PATH_SIZE)
        return ERR_SET(ERR_RANGE, "the path of series %s/%s/%s is too long", venue, symbol, kind);
    return 0;
}

static int kind_parse(const char *text, struct tape_series *ret_series) {
    if (strcmp(text, "trade") == 0) {
        ret_series->kind = TAPE_TRADES;
        return 0;
    }
    if (strcmp(text, "quote") == 0) {
        ret_series->kind = TAPE_QUOTES;
        return 0;
    }
    if (strcmp(text, "feed") == 0) {
        ret_series->kind = TAPE_FEED;
        return 0;
    }
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        size_t len = strlen(KINDS[i].prefix);
        int64_t frame_ns;
        if (strncmp(text, KINDS[i].prefix, len) != 0) continue;
        if (duration_parse(text + len, strlen(text + len), &frame_ns) < 0 ||
            frame_ns % NS_PER_S != 0 || frame_ns / NS_PER_S > UINT32_MAX)
            break;
        ret_series->kind = KINDS[i].kind;
        ret_series->frame_s = (uint32_t)(frame_ns / NS_PER_S);
        return 0;
    }
    return ERR_SET(ERR_PARSE,
                   "'%s' is no kind of series: use bar-FRAME, mid-FRAME (as in bar-1m), "
                   "trade, quote or feed",
                   text);
}

static void kind_print(const struct tape_series *series, char *buf, size_t size) {
    char frame[TIMESTAMP_TEXT_SIZE] = "";
    const char *prefix = series->kind == TAPE_TRADES   ? "trade"
                         : series->kind == TAPE_QUOTES ? "quote"
                                                       : "feed";
    if (series->kind == TAPE_BARS || series->kind == TAPE_MIDS) {
        prefix = series->kind == TAPE_BARS ? "bar-" : "mid-";
        duration_print(frame, sizeof frame, (int64_t)series->frame_s * NS_PER_S);
    }
    snprintf(buf, size, "%s%.15s", prefix, frame);
}

static int field_copy(const char *from, size_t len, size_t size, const char *what, char *ret_to) {
    if (len == 0) return ERR_SET(ERR_PARSE, "the %s of a series is empty", what);
    if (len >= size)
        return ERR_SET(ERR_RANGE, "the %s '%.*s' is longer than %zu bytes", what, (int)len, from,
                       size - 1);
    memcpy(ret_to, from, len);
    return 0;
}

static size_t escape(const char *name, char *buf, size_t size) {
    static const char hex[] = "0123456789ABCDEF";
    size_t used = 0;
    for (const char *c = name; *c != '\0' && used + 4 <= size; c++) {
        unsigned char byte = (unsigned char)*c;
        int plain = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                    (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' ||
                    (byte == '.' && c != name);
        if (plain) {
            buf[used++] = *c;
            continue;
        }
        buf[used++] = '%';
        buf[used++] = hex[byte >> 4];
        buf[used++] = hex[byte & 15];
    }
    buf[used] = '\0';
    return used;
}
