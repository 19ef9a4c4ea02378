// SPDX-License-Identifier: Apache-2.0
// Recorded WebSocket feeds: a line is the recorder's time and a message of the venue as it came.
//   1723161255030314667 {"stream":...}        ns, us, ms or s since 1970, by the count of digits
//   1633998512.0633569: {"stream":...}        s with a fraction (cryptofeed)
//   1430438404518 order_created {"price":...} the message's type before it
//   wss://... <-> T, wss://... <- T: {...}    a connection that opens, what the recorder sent
//   https://...?symbol=X -> T: {...}          an answer over HTTP
// What the messages mean is the dialect's (market/wire.h): that of --venue, or the one whose words are in the file.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/timestamp.h"
#include "edge/store/import_stream.h"
#include "market/calendar.h"

enum { ITEMS_MAX = 1 << 17, SERIES_MAX = 4096, SLOTS = 2 * SERIES_MAX };

struct line {
    int64_t receipt_ns;
    struct jscan_text word;   // the message's type, where it stands outside
    struct jscan_text symbol; // from an address
    const char *at;           // the message; NULL: there is none
    const char *end;
    bool opens; // a connection
};

struct series {
    char symbol[SYMBOL_SIZE];
    const char *market;
    struct import_target *target;
};

struct run {
    struct import_job *job;
    struct wire wire;
    struct line line;
    uint64_t sequence; // of the connection's messages
    uint32_t count;
    struct series series[SERIES_MAX];
    uint16_t slots[SLOTS]; // index + 1
};

static int ws_sniff(const char *path, const char *entry, const char *data, size_t size);
static int ws_run(struct import_job *job, struct import_input *input);
static const struct wire_dialect *dialect_sniff(const char *data, size_t size);
static int run_begin(struct run *run, struct import_job *job);
static int block_read(struct run *run, const char *at, const char *end);
static bool line_read(const char *at, const char *end, struct line *ret_line);
static bool address_read(const char *at, const char *end, struct line *ret_line);
static const char *time_read(const char *at, const char *end, int64_t *ret_ns);
static int message_take(void *self, const struct wire_message *message);
static int series_get(struct run *run, const struct wire_message *message,
                      struct import_target **ret_target);
static int series_new(struct run *run, const char *symbol, const char *market,
                      struct import_target **ret_target);
static bool only_series(const struct run *run, const char *market, char ret_symbol[SYMBOL_SIZE]);
static int all_break(struct run *run);

const struct importer import_ws = {
    {"ws", "recorded WebSocket feeds: time and JSON a line; --venue names the dialect"},
    ws_sniff,
    ws_run};

static int ws_sniff(const char *path, const char *entry, const char *data, size_t size) {
    struct line line = {0};
    const char *newline = memchr(data, '\n', size);
    const char *end = newline == NULL ? data + size : newline;
    if (!line_read(data, end, &line)) return 0;
    if (line.at != NULL && (line.at == end || (*line.at != '{' && *line.at != '['))) return 0;
    return dialect_sniff(data, size) != NULL ? 95 : 0;
}

static int ws_run(struct import_job *job, struct import_input *input) {
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL) return ERR_SET(ERR_NOMEM, "no memory to read a feed");
    int rc = 0;
    do {
        const char *data;
        size_t size;
        import_segment(job, false);
        job->line = 0;
        if (run->wire.dialect == NULL) rc = run_begin(run, job);
        while (rc == 0 && (rc = import_input_read(input, &data, &size)) == 0) {
            rc = block_read(run, data, data + size);
            if (rc == 0) rc = import_tick(job);
        }
        if (rc == ERR_END) rc = import_input_next_entry(input);
    } while (rc == 0);
    free(run->wire.items);
    free(run);
    return rc == ERR_END ? 0 : rc;
}

static const struct wire_dialect *dialect_sniff(const char *data, size_t size) {
    for (size_t i = 0; wire_dialect_at(i) != NULL; i++) {
        const struct wire_dialect *dialect = wire_dialect_at(i);
        for (int k = 0; k < WIRE_MARKS_MAX && dialect->marks[k] != NULL; k++)
            if (memmem(data, size, dialect->marks[k], strlen(dialect->marks[k])) != NULL)
                return dialect;
    }
    return NULL;
}

static int run_begin(struct run *run, struct import_job *job) {
    const struct wire_dialect *dialect = NULL;
    const char *data;
    size_t size;
    if (job->options->venue != NULL) dialect = wire_dialect_find(job->options->venue);
    int rc = import_input_peek(job->input, &data, &size);
    if (rc < 0) return rc;
    if (dialect == NULL) dialect = dialect_sniff(data, size);
    if (dialect == NULL)
        return ERR_SET(
            ERR_UNSUPPORTED,
            "%s: whose messages these are is not known; --venue names a venue, as BINANCE",
            import_input_path(job->input));
    run->job = job;
    struct wire_item *items = malloc(ITEMS_MAX * sizeof *items);
    if (items == NULL) return ERR_SET(ERR_NOMEM, "no memory to read a feed");
    wire_init(&run->wire, dialect, items, ITEMS_MAX);
    run->wire.take = message_take;
    run->wire.self = run;
    return 0;
}

static int block_read(struct run *run, const char *at, const char *end) {
    struct import_job *job = run->job;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline == NULL ? end : newline;
        const char *next = newline == NULL ? end : newline + 1;
        if (stop > at && stop[-1] == '\r') stop--;
        job->line++;
        if (stop > at && !line_read(at, stop, &run->line)) {
            job->report->rows++;
            TRY(import_reject(job, NULL, IMPORT_BAD_TIME, "receipt", at,
                              strcspn(at, " \n") < (size_t)(stop - at) ? strcspn(at, " \n")
                                                                       : (size_t)(stop - at)));
        } else if (stop > at && run->line.opens) {
            TRY(all_break(run));
        } else if (stop > at && run->line.at == NULL) {
            import_note(job, NULL, IMPORT_BESIDE);
        } else if (stop > at) {
            int rc = wire_decode(&run->wire, run->line.word, run->line.at,
                                 (size_t)(run->line.end - run->line.at));
            if (rc == ERR_PARSE && run->wire.fault != NULL) {
                job->report->rows++;
                rc = import_reject(job, NULL, IMPORT_SYNTAX, run->wire.fault, NULL, 0);
            }
            if (rc == ERR_FULL)
                rc = ERR_SET(ERR_FULL, "%s has a message of more than %d levels",
                             import_input_path(job->input), ITEMS_MAX);
            TRY(rc);
        }
        at = next;
    }
    return 0;
}

static bool line_read(const char *at, const char *end, struct line *ret_line) {
    *ret_line = (struct line){.end = end};
    if (end - at > 8 && (memcmp(at, "wss://", 6) == 0 || memcmp(at, "http", 4) == 0))
        return address_read(at, end, ret_line);
    at = time_read(at, end, &ret_line->receipt_ns);
    if (at == NULL || at == end) return false;
    if (*at == ':') at++;
    if (at == end || *at != ' ') return false;
    while (at < end && *at == ' ') at++;
    if (at < end && islower((unsigned char)*at)) {
        const char *blank = memchr(at, ' ', (size_t)(end - at));
        if (blank == NULL) return false;
        ret_line->word = (struct jscan_text){at, (uint32_t)(blank - at), true, false};
        at = blank + 1;
    }
    ret_line->at = at;
    return true;
}

static bool address_read(const char *at, const char *end, struct line *ret_line) {
    size_t size = (size_t)(end - at);
    if (memmem(at, size, " <-> ", 5) != NULL) {
        ret_line->opens = true;
        return true;
    }
    const char *answer = memmem(at, size, " -> ", 4);
    if (answer == NULL) return memmem(at, size, " <- ", 4) != NULL;
    const char *symbol = memmem(at, (size_t)(answer - at), "symbol=", 7);
    if (symbol != NULL) {
        symbol += 7;
        const char *stop = symbol;
        while (stop < answer && *stop != '&') stop++;
        ret_line->symbol = (struct jscan_text){symbol, (uint32_t)(stop - symbol), true, false};
    }
    at = time_read(answer + 4, end, &ret_line->receipt_ns);
    if (at == NULL || end - at < 2 || *at != ':') return false;
    ret_line->at = at + 2;
    return true;
}

// Up to 10 digits are seconds, 13 ms, 16 us, 19 ns; a fraction may follow seconds. The end, or NULL.
static const char *time_read(const char *at, const char *end, int64_t *ret_ns) {
    const char *begin = at;
    uint64_t whole = 0, fraction = 0, unit;
    while (at < end && isdigit((unsigned char)*at)) at++;
    struct jscan_text text = {begin, (uint32_t)(at - begin), false, false};
    if (!jscan_uint(text, &whole)) return NULL;
    unit = text.len <= 10   ? NS_PER_S
           : text.len == 13 ? NS_PER_MS
           : text.len == 16 ? NS_PER_US
           : text.len == 19 ? 1
                            : 0;
    if (unit == 0 || whole > INT64_MAX / unit) return NULL;
    *ret_ns = (int64_t)(whole * unit);
    if (unit != NS_PER_S || at == end || *at != '.') return at;
    begin = ++at;
    for (int place = 0; place < 9; place++) {
        bool digit = at < end && isdigit((unsigned char)*at);
        fraction = fraction * 10 + (digit ? (uint64_t)(*at++ - '0') : 0);
    }
    while (at < end && isdigit((unsigned char)*at)) at++;
    *ret_ns += (int64_t)fraction;
    return at > begin ? at : NULL;
}

static int message_take(void *self, const struct wire_message *message) {
    struct run *run = self;
    if (message->sequence != 0) {
        bool lost = run->sequence != 0 && message->sequence != run->sequence &&
                    message->sequence != run->sequence + 1;
        run->sequence = message->sequence;
        if (lost) TRY(all_break(run));
    }
    if (message->kind == WIRE_OTHER || message->kind == WIRE_OLD) {
        bool old = message->kind == WIRE_OLD;
        import_note(run->job, NULL, old ? IMPORT_OLD_NEWS : IMPORT_BESIDE);
        return 0;
    }
    struct import_target *target = NULL;
    TRY(series_get(run, message, &target));
    if (target == NULL) { // of a symbol that nobody names
        run->job->report->rows++;
        return import_reject(run->job, NULL, IMPORT_SYMBOL, NULL, NULL, 0);
    }
    return import_stream_take(run->job, target, message, run->line.receipt_ns);
}

static int series_get(struct run *run, const struct wire_message *message,
                      struct import_target **ret_target) {
    char symbol[SYMBOL_SIZE] = "";
    struct jscan_text text = message->symbol.len > 0 ? message->symbol : run->line.symbol;
    if (text.len >= SYMBOL_SIZE) return 0;
    for (uint32_t i = 0; i < text.len; i++) {
        symbol[i] = (char)toupper((unsigned char)text.at[i]);
        if (symbol[i] <= ' ' || symbol[i] > '~') return 0;
    }
    if (text.len == 0 && !only_series(run, message->market, symbol)) return 0;
    uint64_t hash = hash64(strlen(message->market), symbol, sizeof symbol);
    for (uint32_t slot = hash & (SLOTS - 1);; slot = (slot + 1) & (SLOTS - 1)) {
        uint16_t index = run->slots[slot];
        if (index == 0) {
            TRY(series_new(run, symbol, message->market, ret_target));
            run->slots[slot] = (uint16_t)run->count;
            return 0;
        }
        const struct series *series = &run->series[index - 1];
        if (strcmp(series->symbol, symbol) != 0 || strcmp(series->market, message->market) != 0)
            continue;
        *ret_target = series->target;
        return 0;
    }
}

static int series_new(struct run *run, const char *symbol, const char *market,
                      struct import_target **ret_target) {
    struct import_spec spec;
    char venue[VENUE_NAME_SIZE], currency[CURRENCY_CODE_SIZE];
    if (run->count == SERIES_MAX)
        return ERR_SET(ERR_FULL, "%s has messages of more than %d symbols",
                       import_input_path(run->job->input), SERIES_MAX);
    snprintf(venue, sizeof venue, "%s%s", run->wire.dialect->name, market);
    struct import_hint hint = {.venue = venue,
                               .symbol = symbol,
                               .asset = ASSET_CRYPTO,
                               .calendar = CALENDAR_24_7,
                               .kind = TAPE_FEED};
    // Contracts on a coin: settled in it, and so many dollars each.
    const char *coin = strcmp(market, "-COINM") == 0 ? strstr(symbol, "USD_") : NULL;
    if (coin != NULL && coin - symbol < CURRENCY_CODE_SIZE) {
        snprintf(currency, sizeof currency, "%.*s", (int)(coin - symbol), symbol);
        hint.currency = currency;
        hint.asset = ASSET_FUTURE;
    }
    TRY(import_spec_make(run->job, &hint, &spec));
    if (coin != NULL) spec.payoff = PAYOFF_INVERSE;
    if (coin != NULL && spec.multiplier == 0) {
        spec.multiplier = strncmp(symbol, "BTC", 3) == 0 ? 100 : 10;
        import_guess(run->job, "%s is inverse: contracts of %d USD", symbol, (int)spec.multiplier);
    }
    struct series *series = &run->series[run->count];
    snprintf(series->symbol, sizeof series->symbol, "%s", symbol);
    series->market = market;
    TRY(import_target_get(run->job, &spec, &series->target));
    run->count++;
    *ret_target = series->target;
    return 0;
}

// A message that does not name its symbol is of the only one that the file has, or that the user names.
static bool only_series(const struct run *run, const char *market, char ret_symbol[SYMBOL_SIZE]) {
    const struct series *only = NULL;
    uint32_t count = 0;
    for (uint32_t i = 0; i < run->count; i++) {
        if (strcmp(run->series[i].market, market) != 0) continue;
        only = &run->series[i];
        count++;
    }
    const char *symbol = count == 1 ? only->symbol : run->job->options->symbol;
    if (count == 0 && symbol == NULL && run->wire.dialect->symbol != NULL) {
        symbol = run->wire.dialect->symbol;
        import_guess(run->job, "symbol %s, as channels of %s that name none (--symbol)", symbol,
                     run->wire.dialect->name);
    }
    if (count > 1 || symbol == NULL || strlen(symbol) >= SYMBOL_SIZE) return false;
    memcpy(ret_symbol, symbol, strlen(symbol) + 1);
    return true;
}

static int all_break(struct run *run) {
    for (uint32_t i = 0; i < run->count; i++) TRY(import_stream_break(run->series[i].target));
    run->sequence = 0;
    return 0;
}
