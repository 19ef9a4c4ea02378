// SPDX-License-Identifier: Apache-2.0
// NASDAQ ITCH 5.0 (edge/store/itch.h): a feed for each stock, or for the one of --symbol.
//
// An execution, a cancellation and a deletion name an order by its number alone; its side and price are remembered from
// its add. A change of an order that was never added becomes a fault in the feed and is counted. Messages about the
// system, the market makers, imbalances and the like have no record and are counted.
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "edge/store/import_job.h"
#include "edge/store/itch.h"
#include "edge/store/order_table.h"
#include "market/zone.h"

enum { LOCATES = 65536, BATCH = 256, PRICE_DECIMALS = 4, LOOK = 64, SCORE = 90 };

struct itch_job {
    struct import_job *job;
    struct import_target **targets; // by stock locate; NULL: not named so far, or not wanted
    struct order_table orders;      // owner: stock locate
    int64_t midnight_ns;
};

static int itch_sniff(const char *path, const char *entry, const char *data, size_t size);
static int itch_run(struct import_job *job, struct import_input *input);
static int entry_run(struct itch_job *itch, struct import_input *input);
static int message_apply(struct itch_job *itch, const struct itch_message *message);
static int order_apply(struct itch_job *itch, struct import_target *target,
                       const struct itch_message *message);
static int order_add(struct itch_job *itch, struct import_target *target,
                     const struct itch_message *message, const struct order_row *order);
static int order_take(struct itch_job *itch, struct import_target *target,
                      const struct itch_message *message, uint64_t id, int64_t qty);
static int order_replace(struct itch_job *itch, struct import_target *target,
                         const struct itch_message *message);
static int unknown_order(struct itch_job *itch, struct import_target *target,
                         const struct itch_message *message);
static int trade_apply(struct itch_job *itch, struct import_target *target,
                       const struct itch_message *message);
static int state_apply(struct itch_job *itch, struct import_target *target,
                       const struct itch_message *message);
static int stock_name(struct itch_job *itch, uint16_t locate, struct itch_text8 stock);
static int record_put(struct itch_job *itch, struct import_target *target,
                      const struct itch_message *message, const struct feed_record *record);
static int date_find(struct import_job *job, int32_t *ret_date);
static bool is_date(const char *text, int32_t *ret_date);
static int side_of(char letter);

const struct importer import_itch = {
    {"itch", "NASDAQ ITCH 5.0: orders, executions and trades of every stock"},
    itch_sniff,
    itch_run};

// The frames at the start of the block are all of the specification's lengths.
static int itch_sniff(const char *path, const char *entry, const char *data, size_t size) {
    struct itch_message messages[LOOK];
    size_t used, count = itch_read((const uint8_t *)data, size, messages, LOOK, &used);
    for (size_t i = 0; i < count; i++)
        if (messages[i].fault != ITCH_SOUND) return 0;
    return count > 0 ? SCORE : 0;
}

static int itch_run(struct import_job *job, struct import_input *input) {
    struct itch_job itch = {.job = job};
    struct zone zone;
    int32_t date;
    TRY(date_find(job, &date));
    if (!zone_find(job->options->zone != NULL ? job->options->zone : "America/New_York", &zone))
        return ERR_SET(ERR_ARGUMENT, "time zone '%s' is not known", job->options->zone);
    itch.midnight_ns = zone_to_utc(zone, date_to_ns(date));
    itch.targets = calloc(LOCATES, sizeof *itch.targets);
    if (itch.targets == NULL) return ERR_SET(ERR_NOMEM, "no memory for the stocks of an import");
    job->line = 0;
    import_segment(job, false);
    int rc = entry_run(&itch, input);
    order_table_fini(&itch.orders);
    free(itch.targets);
    return rc;
}

static int entry_run(struct itch_job *itch, struct import_input *input) {
    struct itch_message *messages = calloc(BATCH, sizeof *messages);
    const char *data;
    size_t size, taken = 0;
    int rc = messages == NULL ? ERR_SET(ERR_NOMEM, "no memory for messages") : 0;
    while (rc == 0 && (rc = import_input_bytes(input, taken, &data, &size)) == 0) {
        size_t count = 1;
        for (taken = 0; count > 0 && rc == 0;) {
            size_t used;
            count = itch_read((const uint8_t *)data + taken, size - taken, messages, BATCH, &used);
            taken += used;
            for (size_t i = 0; i < count && rc == 0; i++) {
                itch->job->line++;
                rc = message_apply(itch, &messages[i]);
            }
        }
        if (rc == 0) rc = import_tick(itch->job);
        if (rc == 0 && taken == 0)
            rc = ERR_SET(ERR_TRUNCATED, "%s ends inside message %" PRIu64, import_input_path(input),
                         itch->job->line + 1);
    }
    free(messages);
    return rc == ERR_END ? 0 : rc;
}

static int message_apply(struct itch_job *itch, const struct itch_message *message) {
    struct import_job *job = itch->job;
    struct import_target *target = itch->targets[message->locate];
    if (message->fault != ITCH_SOUND) {
        job->report->rows++;
        return import_reject(job, NULL, IMPORT_SYNTAX,
                             message->fault == ITCH_TYPE ? "message type" : "message length", NULL,
                             0);
    }
    if (message->type == 'R') return stock_name(itch, message->locate, message->directory.stock);
    bool kept = strchr("AFECXDUPQH", message->type) != NULL;
    if (kept && target == NULL && job->options->symbol != NULL) return 0;
    if (kept && target == NULL) {
        job->report->rows++;
        return import_reject(job, NULL, IMPORT_SYMBOL, "stock locate", NULL, 0);
    }
    if (message->type == 'P' || message->type == 'Q') return trade_apply(itch, target, message);
    if (message->type == 'H') return state_apply(itch, target, message);
    if (kept) return order_apply(itch, target, message);
    import_note(job, target, IMPORT_BESIDE);
    return 0;
}

static int order_apply(struct itch_job *itch, struct import_target *target,
                       const struct itch_message *message) {
    const struct itch_add *add = &message->add; // an attributed add begins as one
    struct order_row order = {
        .id = add->order, .price = add->price, .qty = add->shares, .owner = message->locate};
    switch (message->type) {
    case 'A':
    case 'F':
        order.side = side_of(add->side);
        return order_add(itch, target, message, &order);
    case 'E':
        return order_take(itch, target, message, message->executed.order, message->executed.shares);
    case 'C':
        return order_take(itch, target, message, message->executed_at.order,
                          message->executed_at.shares);
    case 'X':
        return order_take(itch, target, message, message->cancel.order, message->cancel.shares);
    case 'D':
        return order_take(itch, target, message, message->delete.order, INT64_MAX);
    default:
        return order_replace(itch, target, message);
    }
}

static int order_add(struct itch_job *itch, struct import_target *target,
                     const struct itch_message *message, const struct order_row *order) {
    struct order_row *old = order_table_find(&itch->orders, message->locate, order->id);
    if (order->side == 0) return import_reject(itch->job, target, IMPORT_SYNTAX, "side", NULL, 0);
    if (old != NULL) import_note(itch->job, target, IMPORT_TWICE_ADDED);
    if (old == NULL && order->qty > 0) TRY(order_table_put(&itch->orders, order));
    const struct feed_record record = {.price = order->price,
                                       .qty = order->qty,
                                       .id = order->id,
                                       .what = feed_what(FEED_ADD, order->side, FEED_LAST)};
    return record_put(itch, target, message, &record);
}

static int order_take(struct itch_job *itch, struct import_target *target,
                      const struct itch_message *message, uint64_t id, int64_t qty) {
    struct order_row *order = order_table_find(&itch->orders, message->locate, id);
    if (order == NULL) return unknown_order(itch, target, message);
    enum feed_kind kind = message->type == 'X'   ? FEED_REDUCE
                          : message->type == 'D' ? FEED_DELETE
                                                 : FEED_EXECUTE;
    struct feed_record record = {
        .qty = qty, .id = id, .what = feed_what(kind, order->side, FEED_LAST)};
    if (kind == FEED_DELETE) record.qty = 0;
    if (kind == FEED_EXECUTE)
        record.price = message->type == 'C' ? message->executed_at.price : order->price;
    order->qty -= qty < order->qty ? qty : order->qty;
    if (order->qty == 0) order_table_remove(&itch->orders, order);
    return record_put(itch, target, message, &record);
}

// The old order leaves, the new one joins the end of its queue; both are one message.
static int order_replace(struct itch_job *itch, struct import_target *target,
                         const struct itch_message *message) {
    const struct itch_replace *replace = &message->replace;
    struct order_row *order = order_table_find(&itch->orders, message->locate, replace->order);
    if (order == NULL) return unknown_order(itch, target, message);
    struct order_row next = {.id = replace->next,
                             .price = replace->price,
                             .qty = replace->shares,
                             .owner = message->locate,
                             .side = order->side};
    const struct feed_record gone = {.id = replace->order,
                                     .what = feed_what(FEED_DELETE, order->side, 0)};
    order_table_remove(&itch->orders, order);
    TRY(record_put(itch, target, message, &gone));
    return order_add(itch, target, message, &next);
}

static int unknown_order(struct itch_job *itch, struct import_target *target,
                         const struct itch_message *message) {
    const struct feed_record record = {
        .qty = FEED_UNKNOWN_ORDER, .id = 1, .what = feed_what(FEED_FAULT, 0, FEED_LAST)};
    import_note(itch->job, target, IMPORT_UNKNOWN_ORDER);
    return record_put(itch, target, message, &record);
}

// A trade against an order that was not shown does not tell the aggressor; a cross has none, and may have no shares.
static int trade_apply(struct itch_job *itch, struct import_target *target,
                       const struct itch_message *message) {
    bool cross = message->type == 'Q';
    const struct itch_trade *trade = &message->trade;
    int flags = FEED_LAST | (cross ? FEED_CROSS : FEED_HIDDEN);
    struct feed_record record = {.price = cross ? message->cross.price : trade->price,
                                 .qty = trade->shares,
                                 .id = cross ? message->cross.match : trade->match,
                                 .what = feed_what(FEED_TRADE, 0, flags)};
    if (cross) record.qty = (int64_t)message->cross.shares;
    if (cross && record.qty == 0) {
        import_note(itch->job, target, IMPORT_BESIDE);
        return 0;
    }
    return record_put(itch, target, message, &record);
}

static int state_apply(struct itch_job *itch, struct import_target *target,
                       const struct itch_message *message) {
    char state = message->trading_action.state;
    enum feed_status status = state == 'T'   ? FEED_TRADING
                              : state == 'Q' ? FEED_AUCTION
                                             : FEED_HALTED; // H and P
    const struct feed_record record = {.qty = status, .what = feed_what(FEED_STATUS, 0, FEED_LAST)};
    return record_put(itch, target, message, &record);
}

static int stock_name(struct itch_job *itch, uint16_t locate, struct itch_text8 stock) {
    struct import_job *job = itch->job;
    const char *wanted = job->options->symbol;
    char name[sizeof stock + 1] = {0};
    memcpy(name, stock.at, sizeof stock);
    for (size_t i = sizeof stock; i-- > 0 && name[i] == ' ';) name[i] = '\0';
    if (wanted != NULL && strcmp(name, wanted) != 0) return 0;
    const struct import_hint hint = {.venue = "NASDAQ",
                                     .symbol = name,
                                     .currency = "USD",
                                     .asset = ASSET_EQUITY,
                                     .calendar = CALENDAR_XNYS,
                                     .kind = TAPE_FEED};
    struct import_spec spec;
    int rc = import_spec_make(job, &hint, &spec);
    if (rc == ERR_ARGUMENT) {
        err_clear();
        job->report->rows++;
        return import_reject(job, NULL, IMPORT_SYMBOL, "stock", name, strlen(name));
    }
    TRY(rc);
    return import_target_get(job, &spec, &itch->targets[locate]);
}

static int record_put(struct itch_job *itch, struct import_target *target,
                      const struct itch_message *message, const struct feed_record *record) {
    struct feed_record timed = *record;
    const struct number numbers[2] = {{record->price, PRICE_DECIMALS, NUMBER_OK},
                                      {record->qty, 0, NUMBER_OK}};
    timed.venue_ns = timed.receipt_ns = itch->midnight_ns + (int64_t)message->time_ns;
    itch->job->report->rows++;
    target->file_rows++;
    if (!feed_has_amount(record->what)) return import_feed(itch->job, target, &timed);
    return import_feed_numbers(itch->job, target, &timed, numbers);
}

// The file's name holds the date: 01302020.NASDAQ_ITCH50, 20200130.BX_ITCH_50, S013020-v50.
static int date_find(struct import_job *job, int32_t *ret_date) {
    enum { LONG = 8, SHORT = 6 };
    const char *name = import_input_entry_name(job->input);
    for (const char *at = name; *at != '\0'; at++) {
        size_t digits = strspn(at, "0123456789");
        char text[LONG + 1] = "";
        if (digits == LONG && is_date(at, ret_date)) return 0;
        if (digits == LONG) snprintf(text, sizeof text, "%.4s%.4s", at + 4, at);
        if (digits == SHORT && at > name && toupper((unsigned char)at[-1]) == 'S')
            snprintf(text, sizeof text, "20%.2s%.4s", at + 4, at);
        if (is_date(text, ret_date)) return 0;
        if (digits > 0) at += digits - 1;
    }
    import_guess(job, "date 1970-01-01 (put the file's day into its name: 20200130.itch)");
    *ret_date = 0;
    return 0;
}

// YYYYMMDD from 1990 to 2099.
static bool is_date(const char *text, int32_t *ret_date) {
    if (strncmp(text, "199", 3) != 0 && strncmp(text, "20", 2) != 0) return false;
    return strlen(text) >= 8 && date_parse(text, 8, ret_date) == 0;
}

static int side_of(char letter) {
    return letter == 'B' ? 1 : letter == 'S' ? -1 : 0;
}
