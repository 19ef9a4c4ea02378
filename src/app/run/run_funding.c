// SPDX-License-Identifier: Apache-2.0
// Rates of funding: a venue's history from a file, or one rate every so often.
//
// Files: JSON as Binance's and Bybit's history endpoints answer, an array of objects with fundingTime and fundingRate
// (and markPrice); CSV with a header that names these, calc_time and last_funding_rate, or time, rate and mark; or
// without a header, time and rate (Lean's margin_interest). Times are ms, or written out.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/run_parts.h"
#include "base/io.h"
#include "base/timestamp.h"

enum { CELLS_MAX = 16, FUNDING_FILE_MAX = 64 << 20 };

static const struct param constant_params[] = {
    {.name = "rate",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 1e-4,
     .min = -1,
     .max = 1,
     .help = "Share of a position's value that longs pay shorts, each time."},
    {.name = "every",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 28800,
     .min = 1,
     .max = 86400 * 365,
     .help = "How often, at whole multiples since midnight of 1970-01-01 UTC."},
};
enum { CONSTANT_RATE, CONSTANT_EVERY, CONSTANT_COUNT };

// A file under way.
struct reading {
    const char *path;
    const struct instrument *instrument;
    struct funding_rate *rates;
    uint64_t count, capacity;
    uint64_t line;
};

static int fault(const struct reading *reading, const char *field, const char *text) {
    return ERR_SET(ERR_PARSE, "%s:%llu: %s '%s' cannot be read", reading->path,
                   (unsigned long long)reading->line, field, text);
}

static int read_time(const struct reading *reading, const char *text, int64_t *ret_ns) {
    int64_t ms;
    if (strlen(text) > 10 && decimal_parse(text, strlen(text), 0, &ms) == 0) {
        if (ms > INT64_MAX / NS_PER_MS || ms < 0) return fault(reading, "time", text);
        *ret_ns = ms * NS_PER_MS;
        return 0;
    }
    return timestamp_parse(text, strlen(text), ret_ns) < 0 ? fault(reading, "time", text) : 0;
}

static int add(struct reading *reading, const char *time, const char *rate, const char *mark) {
    struct funding_rate row = {.ts_ns = 0};
    TRY(read_time(reading, time, &row.ts_ns));
    if (decimal_parse_round(rate, strlen(rate), FUNDING_DECIMALS, ROUND_HALF_EVEN, &row.rate) < 0 ||
        row.rate > decimal_pow10(FUNDING_DECIMALS) || row.rate < -decimal_pow10(FUNDING_DECIMALS))
        return fault(reading, "rate", rate);
    if (mark != NULL && mark[0] != '\0' &&
        (decimal_parse_round(mark, strlen(mark), reading->instrument->price_decimals,
                             ROUND_HALF_EVEN, &row.mark.m) < 0 ||
         row.mark.m < 0))
        return fault(reading, "mark price", mark);
    if (reading->count == reading->capacity) {
        uint64_t capacity = reading->capacity * 2 + 64;
        struct funding_rate *grown = realloc(reading->rates, capacity * sizeof *grown);
        if (grown == NULL) return ERR_SET(ERR_NOMEM, "no memory for rates of funding");
        reading->rates = grown;
        reading->capacity = capacity;
    }
    reading->rates[reading->count++] = row;
    return 0;
}

// A JSON value as text: some venues quote numbers.
static const char *json_text(json_t *object, const char *key, char buf[64]) {
    json_t *value = json_object_get(object, key);
    if (json_is_string(value)) return json_string_value(value);
    if (!json_is_integer(value)) return NULL;
    snprintf(buf, 64, "%lld", (long long)json_integer_value(value));
    return buf;
}

static int read_json(struct reading *reading, const char *text, size_t size) {
    json_error_t error;
    json_t *root = json_loadb(text, size, 0, &error);
    if (root == NULL) return ERR_SET(ERR_PARSE, "%s:%d: %s", reading->path, error.line, error.text);
    int rc = json_is_array(root) ? 0 : ERR_SET(ERR_PARSE, "%s: is no list", reading->path);
    for (size_t i = 0; rc == 0 && i < json_array_size(root); i++) {
        json_t *object = json_array_get(root, i);
        char buf[3][64];
        const char *time = json_text(object, "fundingTime", buf[0]);
        if (time == NULL) time = json_text(object, "fundingRateTimestamp", buf[0]);
        const char *rate = json_text(object, "fundingRate", buf[1]);
        const char *mark = json_text(object, "markPrice", buf[2]);
        reading->line = i + 1;
        rc = time == NULL || rate == NULL
                 ? ERR_SET(ERR_PARSE, "%s: entry %zu has no fundingTime and fundingRate as text",
                           reading->path, i + 1)
                 : add(reading, time, rate, mark);
    }
    json_decref(root);
    return rc;
}

// Cuts a line at its commas, in place.
static uint32_t cut(char *line, char *cells[CELLS_MAX]) {
    uint32_t count = 0;
    for (char *at = line; at != NULL && count < CELLS_MAX;) {
        cells[count++] = at;
        at = strchr(at, ',');
        if (at != NULL) *at++ = '\0';
    }
    return count;
}

static int column_of(char *cells[CELLS_MAX], uint32_t count, const char *const *names) {
    for (; *names != NULL; names++)
        for (uint32_t i = 0; i < count; i++)
            if (strcasecmp(cells[i], *names) == 0) return (int)i;
    return -1;
}

static int read_csv(struct reading *reading, char *text) {
    static const char *const times[] = {"fundingTime", "calc_time", "time", "timestamp", NULL};
    static const char *const rates[] = {"fundingRate", "last_funding_rate", "rate", NULL};
    static const char *const marks[] = {"markPrice", "mark_price", "mark", NULL};
    int time = 0, rate = 1, mark = -1;
    char *save = NULL;
    for (char *line = strtok_r(text, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save)) {
        char *cells[CELLS_MAX];
        uint32_t count = cut(line, cells);
        reading->line++;
        int named = reading->line == 1 ? column_of(cells, count, rates) : -1;
        if (named >= 0) {
            rate = named;
            time = column_of(cells, count, times);
            mark = column_of(cells, count, marks);
            if (time >= 0) continue;
            return ERR_SET(ERR_PARSE, "%s: no column fundingTime, calc_time or time",
                           reading->path);
        }
        if ((int)count <= time || (int)count <= rate)
            return fault(reading, "row with too few fields", line);
        TRY(add(reading, cells[time], cells[rate],
                mark >= 0 && mark < (int)count ? cells[mark] : NULL));
    }
    return 0;
}

static int by_time(const void *a, const void *b) {
    const struct funding_rate *x = a, *y = b;
    return (x->ts_ns > y->ts_ns) - (x->ts_ns < y->ts_ns);
}

// Into the run's own memory, by time.
static int keep(struct run *run, struct reading *reading, struct funding *funding) {
    if (reading->count == 0) return ERR_SET(ERR_PARSE, "%s: has no rates", reading->path);
    qsort(reading->rates, reading->count, sizeof *reading->rates, by_time);
    for (uint64_t i = 1; i < reading->count; i++)
        if (reading->rates[i].ts_ns == reading->rates[i - 1].ts_ns)
            return ERR_SET(ERR_PARSE, "%s: two rates of one instant, %lld ns; leave out one",
                           reading->path, (long long)reading->rates[i].ts_ns);
    struct funding_rate *rates = ARENA_NEW(&run->wiring, struct funding_rate, reading->count);
    if (rates == NULL) return ERR_NOMEM;
    memcpy(rates, reading->rates, reading->count * sizeof *rates);
    funding->rates = rates;
    funding->count = reading->count;
    return 0;
}

static int read_file(struct run *run, const char *path, struct funding *funding) {
    char *text;
    size_t size;
    TRY(io_read_file(path, FUNDING_FILE_MAX, &text, &size));
    struct reading reading = {.path = path,
                              .instrument = &run->instruments.items[funding->instrument]};
    size_t blank = strspn(text, " \t\r\n");
    int rc = text[blank] == '[' ? read_json(&reading, text, size) : read_csv(&reading, text);
    if (rc == 0) rc = keep(run, &reading, funding);
    free(reading.rates);
    free(text);
    return rc;
}

// "constant:rate=0.0001,every=8h".
static int read_constant(const char *word, struct funding *funding) {
    double values[CONSTANT_COUNT];
    const char *const colon = strchr(word, ':');
    params_defaults(constant_params, CONSTANT_COUNT, values);
    char *words = colon != NULL ? strdup(colon + 1) : strdup("");
    if (words == NULL) return ERR_NOMEM;
    char *cells[CELLS_MAX];
    uint32_t count = words[0] == '\0' ? 0 : cut(words, cells);
    int rc = run_set_params("constant", constant_params, CONSTANT_COUNT, (const char *const *)cells,
                            count, values);
    free(words);
    if (rc < 0) return ERR_APPEND(rc, "in funding");
    funding->every_ns = (int64_t)(values[CONSTANT_EVERY] * 1e9 + 0.5);
    return decimal_from_double(values[CONSTANT_RATE], FUNDING_DECIMALS, ROUND_HALF_EVEN,
                               &funding->rate);
}

static int read_one(struct run *run, uint32_t instrument, const char *word) {
    for (uint32_t i = 0; i < run->funding_count; i++)
        if (run->funding[i].instrument == instrument)
            return ERR_SET(ERR_ARGUMENT, "funding: %s has its rates twice",
                           run->instruments.items[instrument].symbol);
    struct funding funding = {.instrument = instrument};
    if (strncmp(word, "constant", 8) == 0 && (word[8] == ':' || word[8] == '\0'))
        TRY(read_constant(word, &funding));
    else
        TRY(read_file(run, word, &funding));
    run->funding[run->funding_count++] = funding;
    return 0;
}

// Perpetual contracts are crypto's, or futures by their class.
static bool may_fund(const struct run *run, uint32_t instrument) {
    uint32_t asset = run->instruments.items[instrument].asset;
    return asset == ASSET_CRYPTO || asset == ASSET_FUTURE;
}

static int refuse(const struct run *run, uint32_t instrument) {
    const struct instrument *item = &run->instruments.items[instrument];
    return ERR_SET(
        ERR_ARGUMENT,
        "funding: %s is of class %s; perpetual contracts alone pay funding (--asset future "
        "at import makes it one)",
        item->symbol, asset_class_name((enum asset_class)item->asset));
}

static int read_constant_for_all(struct run *run, const char *word) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < run->config->instruments_count; i++) {
        if (!may_fund(run, i)) continue;
        TRY(read_one(run, i, word));
        count++;
    }
    return count > 0 ? 0 : refuse(run, 0);
}

// "SYMBOL=..."; "constant..." is for all that may pay it.
static int read_word(struct run *run, const char *word) {
    if (strncmp(word, "constant", 8) == 0 && (word[8] == ':' || word[8] == '\0'))
        return read_constant_for_all(run, word);
    const char *equals = strchr(word, '=');
    char symbol[SYMBOL_SIZE + VENUE_NAME_SIZE];
    if (equals == NULL || equals == word || (size_t)(equals - word) >= sizeof symbol)
        return ERR_SET(ERR_ARGUMENT,
                       "funding: '%s' is neither SYMBOL=FILE nor constant:rate=0.0001,every=8h",
                       word);
    snprintf(symbol, sizeof symbol, "%.*s", (int)(equals - word), word);
    uint32_t index;
    TRY(run_find_instrument(run, "funding", symbol, &index));
    if (!may_fund(run, index)) return refuse(run, index);
    return read_one(run, index, equals + 1);
}

int run_read_funding(struct run *run) {
    const struct run_config *config = run->config;
    if (config->funding_count == 0) return 0;
    run->funding = ARENA_NEW(&run->wiring, struct funding, config->instruments_count);
    if (run->funding == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < config->funding_count; i++) TRY(read_word(run, config->funding[i]));
    return 0;
}
