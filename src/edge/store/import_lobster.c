// SPDX-License-Identifier: Apache-2.0
// LOBSTER: the message file of a stock and a day, alone or in a zip with its order book file. Rows are
// time (seconds after midnight, New York), type, order, size, price x 10,000, direction; no header.
//
// Where the order book file is beside it, the book is rebuilt from the messages and compared with it row for row
// (edge/store/lobster_check.h), and records are added that make the feed's book that of the file
// (edge/store/lobster_mend.h). Without it changes of orders from before the file are kept as they are; a book calls
// them unknown.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/timestamp.h"
#include "edge/store/import_csv.h"
#include "edge/store/lobster_check.h"
#include "edge/store/lobster_mend.h"
#include "edge/store/order_table.h"
#include "market/zone.h"

enum { FIELDS = 6, SCORE = 95, PRICE_DECIMALS = 4, TIME_DECIMALS = 9, DATE_SIZE = 10 };
enum { TIME_FIELD, TYPE_FIELD, ORDER_FIELD, SIZE_FIELD, PRICE_FIELD, SIDE_FIELD };

struct lobster_job {
    struct import_job *job;
    struct import_target *target;
    struct lobster_check *check; // NULL: there is no order book file
    struct lobster_mend *mend;   // likewise
    struct order_table orders;   // those added so far
    int64_t midnight_ns;
};

static int lobster_sniff(const char *path, const char *entry, const char *data, size_t size);
static int lobster_run(struct import_job *job, struct import_input *input);
static int entry_run(struct lobster_job *lobster, struct import_input *input);
static int entry_start(struct lobster_job *lobster, const char *entry);
static int line_apply(struct lobster_job *lobster, const char *at, const char *end);
static bool time_place(struct lobster_job *lobster, struct number *number);
static bool message_read(struct lobster_job *lobster, const int64_t *values,
                         struct feed_record *ret_record);
static int message_put(void *self, const struct feed_record *record);
static int orders_note(struct lobster_job *lobster, const struct feed_record *record);
static int row_check(struct lobster_job *lobster, const struct feed_record *record);

const struct importer import_lobster = {
    {"lobster", "LOBSTER messages, checked against the order book file beside them"},
    lobster_sniff,
    lobster_run};

// SYMBOL_DATE_FROM_TO_message_LEVELS.csv, as the files are named.
static bool name_parse(const char *entry, char ret_symbol[SYMBOL_SIZE], int32_t *ret_date) {
    size_t len = strcspn(entry, "_");
    if (len == 0 || len >= SYMBOL_SIZE || entry[len] == '\0') return false;
    if (strlen(entry) < len + 1 + DATE_SIZE || date_parse(entry + len + 1, DATE_SIZE, ret_date) < 0)
        return false;
    snprintf(ret_symbol, SYMBOL_SIZE, "%.*s", (int)len, entry);
    return strstr(entry, "_message_") != NULL || strstr(entry, "_orderbook_") != NULL;
}

static int lobster_sniff(const char *path, const char *entry, const char *data, size_t size) {
    char symbol[SYMBOL_SIZE];
    int32_t date;
    return name_parse(entry, symbol, &date) ? SCORE : 0;
}

static int lobster_run(struct import_job *job, struct import_input *input) {
    bool found = false;
    for (;;) {
        const char *entry = import_input_entry_name(input);
        if (strstr(entry, "_message_") != NULL) {
            struct lobster_job lobster = {.job = job};
            found = true;
            int rc = entry_start(&lobster, entry);
            if (rc == 0) rc = entry_run(&lobster, input);
            order_table_fini(&lobster.orders);
            lobster_check_close(lobster.check);
            lobster_mend_close(lobster.mend);
            TRY(rc);
        }
        int rc = import_input_next_entry(input);
        if (rc == ERR_END) break;
        TRY(rc);
    }
    if (found) return 0;
    return ERR_SET(
        ERR_UNSUPPORTED,
        "%s holds no message file, as in AMZN_2012-06-21_34200000_57600000_message_5.csv",
        import_input_path(input));
}

static int entry_start(struct lobster_job *lobster, const char *entry) {
    struct import_job *job = lobster->job;
    char symbol[SYMBOL_SIZE];
    struct zone zone;
    struct import_spec spec;
    int32_t date;
    const char *name = job->options->zone != NULL ? job->options->zone : "America/New_York";
    if (!name_parse(entry, symbol, &date))
        return ERR_SET(ERR_ARGUMENT, "%s does not name its symbol and its day, as in %s", entry,
                       "AMZN_2012-06-21_34200000_57600000_message_5.csv");
    if (!zone_find(name, &zone)) return ERR_SET(ERR_ARGUMENT, "time zone '%s' is not known", name);
    lobster->midnight_ns = zone_to_utc(zone, date_to_ns(date));
    const struct import_hint hint = {.venue = "NASDAQ",
                                     .symbol = job->options->symbol != NULL ? NULL : symbol,
                                     .currency = "USD",
                                     .asset = ASSET_EQUITY,
                                     .calendar = CALENDAR_XNYS,
                                     .kind = TAPE_FEED};
    TRY(import_spec_make(job, &hint, &spec));
    import_segment(job, false);
    TRY(import_target_get(job, &spec, &lobster->target));
    int rc = lobster_check_open(import_input_path(job->input), &lobster->check);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    return rc < 0 ? rc : lobster_mend_open(&lobster->mend);
}

static int entry_run(struct lobster_job *lobster, struct import_input *input) {
    const char *data;
    size_t size;
    int rc;
    lobster->job->line = 0;
    while ((rc = import_input_read(input, &data, &size)) == 0) {
        const char *end = data + size;
        while (data < end) {
            const char *stop = memchr(data, '\n', (size_t)(end - data));
            if (stop == NULL) stop = end;
            lobster->job->line++;
            TRY(line_apply(lobster, data, stop > data && stop[-1] == '\r' ? stop - 1 : stop));
            data = stop < end ? stop + 1 : end;
        }
        TRY(import_tick(lobster->job));
    }
    return rc == ERR_END ? 0 : rc;
}

static int line_apply(struct lobster_job *lobster, const char *at, const char *end) {
    struct import_job *job = lobster->job;
    struct csv_field fields[FIELDS];
    int64_t values[FIELDS];
    struct feed_record record;
    job->report->rows++;
    lobster->target->file_rows++;
    if (csv_split(at, end, ',', fields, FIELDS) != FIELDS)
        return import_reject(job, lobster->target, IMPORT_SYNTAX, NULL, NULL, 0);
    for (int i = 0; i < FIELDS; i++) {
        struct number number = number_parse(fields[i].at, fields[i].at + fields[i].len);
        bool time = i == TIME_FIELD, sound = number.state == NUMBER_OK;
        if (sound) sound = time ? time_place(lobster, &number) : number.frac == 0;
        if (!sound)
            return import_reject(job, lobster->target, time ? IMPORT_BAD_TIME : IMPORT_SYNTAX, NULL,
                                 fields[i].at, fields[i].len);
        values[i] = number.m;
    }
    if (!message_read(lobster, values, &record))
        return import_reject(job, lobster->target, IMPORT_SYNTAX, "type, order, size or direction",
                             NULL, 0);
    TRY(orders_note(lobster, &record));
    if (lobster->check == NULL) return message_put(lobster, &record);
    return row_check(lobster, &record);
}

// Seconds to nanoseconds within two days. Some times have digits beyond, which a double left.
static bool time_place(struct lobster_job *lobster, struct number *number) {
    int excess = number->frac - TIME_DECIMALS;
    if (excess > 0) {
        import_note(lobster->job, lobster->target, IMPORT_ROUNDED);
        number->m = (int64_t)decimal_div_round(number->m, decimal_pow10(excess), ROUND_HALF_EVEN);
    } else if (__builtin_mul_overflow(number->m, decimal_pow10(-excess), &number->m)) {
        return false;
    }
    return number->m >= 0 && number->m < 2 * NS_PER_DAY;
}

// The direction is that of the resting order: an execution against what is hidden has the other one's aggressor.
static bool message_read(struct lobster_job *lobster, const int64_t *values,
                         struct feed_record *ret_record) {
    static const uint8_t KINDS[] = {0,          FEED_ADD,   FEED_REDUCE, FEED_DELETE, FEED_EXECUTE,
                                    FEED_TRADE, FEED_TRADE, FEED_STATUS};
    enum { HIDDEN = 5, CROSS = 6, HALT = 7 };
    int64_t type = values[TYPE_FIELD], side = values[SIDE_FIELD], price = values[PRICE_FIELD];
    if (type < 1 || type > HALT || values[SIZE_FIELD] < 0) return false;
    if (type < CROSS && side != 1 && side != -1) return false;
    // Numbers from LOBSTER_REMAINDER on are ours.
    if (type < HIDDEN && (uint64_t)values[ORDER_FIELD] >= LOBSTER_REMAINDER) return false;
    enum feed_kind kind = KINDS[type];
    int flags = type == HIDDEN ? FEED_HIDDEN : type == CROSS ? FEED_CROSS : 0;
    if (type == HIDDEN) side = -side;
    if (type >= CROSS) side = 0;
    *ret_record = (struct feed_record){.venue_ns = lobster->midnight_ns + values[TIME_FIELD],
                                       .receipt_ns = lobster->midnight_ns + values[TIME_FIELD],
                                       .price = price,
                                       .qty = values[SIZE_FIELD],
                                       .id = (uint64_t)values[ORDER_FIELD],
                                       .what = feed_what(kind, (int)side, flags | FEED_LAST)};
    if (type != HALT) return true;
    ret_record->qty = price == -1 ? FEED_HALTED : price == 0 ? FEED_AUCTION : FEED_TRADING;
    ret_record->price = 0;
    ret_record->id = 0;
    return true;
}

static int message_put(void *self, const struct feed_record *record) {
    struct lobster_job *lobster = self;
    struct feed_record placed = *record;
    enum feed_kind kind = feed_kind_of(record->what);
    if (!feed_has_amount(record->what)) return import_feed(lobster->job, lobster->target, &placed);
    bool priced = kind != FEED_REDUCE && kind != FEED_DELETE;
    const struct number numbers[2] = {{priced ? record->price : 0, PRICE_DECIMALS, NUMBER_OK},
                                      {kind == FEED_DELETE ? 0 : record->qty, 0, NUMBER_OK}};
    return import_feed_numbers(lobster->job, lobster->target, &placed, numbers);
}

static int orders_note(struct lobster_job *lobster, const struct feed_record *record) {
    enum feed_kind kind = feed_kind_of(record->what);
    if (kind < FEED_ADD || kind > FEED_EXECUTE) return 0;
    struct order_row *order = order_table_find(&lobster->orders, 0, record->id);
    if (kind == FEED_ADD) {
        const struct order_row added = {.id = record->id, .qty = record->qty, .side = 1};
        if (order == NULL) return order_table_put(&lobster->orders, &added);
        import_note(lobster->job, lobster->target, IMPORT_TWICE_ADDED);
        return 0;
    }
    if (order == NULL) {
        import_note(lobster->job, lobster->target, IMPORT_UNKNOWN_ORDER);
        return 0;
    }
    order->qty -= record->qty < order->qty ? record->qty : order->qty;
    if (kind == FEED_DELETE || order->qty == 0) order_table_remove(&lobster->orders, order);
    return 0;
}

static int row_check(struct lobster_job *lobster, const struct feed_record *record) {
    static const enum import_note NOTES[] = {[LOBSTER_EQUAL] = IMPORT_BOOK_RIGHT,
                                             [LOBSTER_EXPLAINED] = IMPORT_BOOK_EXPLAINED,
                                             [LOBSTER_DIFFERS] = IMPORT_BOOK_WRONG};
    const struct lobster_mend_sink sink = {message_put, lobster};
    const struct book_l3_level *levels[2];
    enum lobster_row row;
    TRY(lobster_check_row(lobster->check, record, &row));
    import_note(lobster->job, lobster->target, NOTES[row]);
    uint32_t count = lobster_check_levels(lobster->check, levels);
    return lobster_mend_row(lobster->mend, record, levels, count, &sink);
}
