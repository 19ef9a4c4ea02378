// SPDX-License-Identifier: Apache-2.0
// Databento DBN (edge/store/dbn.h): books by order (MBO), books of ten prices, best prices and trades become feeds,
// OHLCV bars. Other records (definitions, statistics, imbalances, system messages) have no place on the tape and are
// counted.
//
// In MBO a fill does not change the book: the cancellation or change of the filled order that follows in the same event
// does. The two are told as one: what was filled as an execution, what is left of the change as such. An order that
// is filled and then there again with more than was left (an iceberg that shows its next part) is executed and joins
// the end of the queue.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "edge/store/dbn.h"
#include "edge/store/import_job.h"
#include "edge/store/order_table.h"

enum { SCORE = 100, PRICE_DECIMALS = 9, INSTRUMENTS_MAX = 65536, BAR_FRAMES = 4 };

struct dbn_instrument {
    char name[SYMBOL_SIZE];
    struct import_target *feed; // NULL: no record so far
    struct import_target *bars[BAR_FRAMES];
    struct dbn_level picture[DBN_LEVELS]; // the last of ten prices
    uint32_t number;
    uint16_t publisher; // of its book; 0: none so far
    bool gap;           // the last record said that the book may be wrong
};

struct dbn_job {
    struct import_job *job;
    struct dbn_header header;
    struct dbn_instrument *instruments;
    uint32_t count;
    uint32_t cap;
    struct order_table
        places; // number -> price: index of instruments; owner: publisher of a book, 0: any
    struct order_table orders; // owner: index of instruments
};

// A level that differs from the picture before.
struct dbn_change {
    int64_t price;
    int64_t qty;
    int side;
};

// Of one record: whose it is and when.
struct dbn_event {
    struct dbn_job *dbn;
    struct dbn_instrument *instrument;
    uint32_t index;
    int64_t venue_ns;
    int64_t receipt_ns;
};

// What becomes of the types of record, and how long they are at least.
enum dbn_shape { DBN_ORDER, DBN_PRICES, DBN_BAR, DBN_STATE };
struct dbn_form {
    uint8_t type;
    uint8_t shape; // enum dbn_shape
    uint8_t levels;
    uint16_t size;
};
static const struct dbn_form FORMS[] = {
    {DBN_MBO, DBN_ORDER, 0, 56},      {DBN_TRADE, DBN_PRICES, 0, 48},
    {DBN_MBP_1, DBN_PRICES, 1, 80},   {DBN_MBP_10, DBN_PRICES, DBN_LEVELS, 368},
    {DBN_CMBP_1, DBN_PRICES, 1, 80},  {DBN_CBBO_1S, DBN_PRICES, 1, 80},
    {DBN_CBBO_1M, DBN_PRICES, 1, 80}, {DBN_TCBBO, DBN_PRICES, 1, 80},
    {DBN_BBO_1S, DBN_PRICES, 1, 80},  {DBN_BBO_1M, DBN_PRICES, 1, 80},
    {DBN_OHLCV_1S, DBN_BAR, 0, 56},   {DBN_OHLCV_1M, DBN_BAR, 0, 56},
    {DBN_OHLCV_1H, DBN_BAR, 0, 56},   {DBN_OHLCV_1D, DBN_BAR, 0, 56},
    {DBN_STATUS, DBN_STATE, 0, 40},
};
static const uint64_t TIME_END = UINT64_C(9214646400000000000); // 2262-01-01

static int dbn_sniff(const char *path, const char *entry, const char *data, size_t size);
static int dbn_run(struct import_job *job, struct import_input *input);
static int entry_run(struct dbn_job *dbn, struct import_input *input);
static int mapping_take(void *self, const struct dbn_mapping *mapping);
static int instrument_get(struct dbn_job *dbn, uint32_t number, uint32_t *ret_index);
static int instrument_add(struct dbn_job *dbn, uint32_t number, uint32_t publisher,
                          uint32_t *ret_index);
static int book_get(struct dbn_job *dbn, const struct dbn_head *head, uint32_t *ret_index);
static int record_apply(struct dbn_job *dbn, const union dbn_record *record, size_t size);
static const struct dbn_form *form_find(uint8_t type);
static bool times_read(const union dbn_record *record, struct dbn_event *event);
static int feed_get(const struct dbn_event *event);
static int spec_make(struct dbn_job *dbn, const struct dbn_instrument *instrument, uint32_t kind,
                     uint32_t frame_s, struct import_spec *ret_spec);
static int put(const struct dbn_event *event, enum feed_kind kind, int side, int flags,
               int64_t price, int64_t qty, uint64_t id);
static int gap_note(const struct dbn_event *event, uint8_t flags);
static int mbo_apply(const struct dbn_event *event, const struct dbn_mbo *mbo);
static int mbo_add(const struct dbn_event *event, const struct dbn_mbo *mbo, int side, int flags);
static int mbo_fill(const struct dbn_event *event, const struct dbn_mbo *mbo);
static int mbo_change(const struct dbn_event *event, const struct dbn_mbo *mbo, int flags);
static int mbo_executed(const struct dbn_event *event, struct order_row *order, int64_t left,
                        int flags);
static int mbp_apply(const struct dbn_event *event, const struct dbn_mbp *mbp, int levels);
static int best_put(const struct dbn_event *event, const struct dbn_level *level, bool last);
static int trade_put(const struct dbn_event *event, const struct dbn_mbp *mbp, int flags);
static int picture_put(const struct dbn_event *event, const struct dbn_level *levels);
static int picture_side(const struct dbn_level *old, const struct dbn_level *levels, int side,
                        struct dbn_change *ret_changes);
static int64_t level_qty(const struct dbn_level *levels, int side, int64_t price);
static int bar_apply(const struct dbn_event *event, const struct dbn_ohlcv *bar);
static int status_apply(const struct dbn_event *event, const struct dbn_status *status);
static int side_of(char letter);

const struct importer import_dbn = {
    {"dbn",
     "Databento DBN, versions 1 to 3: books by order, ten prices, best prices, trades, bars"},
    dbn_sniff,
    dbn_run};

static int dbn_sniff(const char *path, const char *entry, const char *data, size_t size) {
    return size > 4 && memcmp(data, "DBN", 3) == 0 && data[3] < ' ' ? SCORE : 0;
}

static int dbn_run(struct import_job *job, struct import_input *input) {
    struct dbn_job dbn = {.job = job};
    job->line = 0;
    import_segment(job, false);
    int rc = entry_run(&dbn, input);
    order_table_fini(&dbn.places);
    order_table_fini(&dbn.orders);
    free(dbn.instruments);
    return rc;
}

static int entry_run(struct dbn_job *dbn, struct import_input *input) {
    enum { TICK = 16384 };
    const struct dbn_mappings mappings = {mapping_take, dbn};
    struct dbn_reader reader;
    union dbn_record record;
    size_t size;
    TRY(dbn_open(input, &mappings, &reader, &dbn->header));
    for (;;) {
        int rc = dbn_next(&reader, &record, &size);
        if (rc == ERR_END) return 0;
        if (rc < 0) return ERR_APPEND(rc, "after record %" PRIu64, dbn->job->line);
        dbn->job->line++;
        TRY(record_apply(dbn, &record, size));
        if (dbn->job->line % TICK == 0) TRY(import_tick(dbn->job));
    }
}

// Where symbols were asked for, records carry their instruments' numbers. The last name of a number holds.
static int mapping_take(void *self, const struct dbn_mapping *mapping) {
    struct dbn_job *dbn = self;
    char *end;
    uint32_t index;
    unsigned long number = strtoul(mapping->name, &end, 10);
    if (mapping->name[0] == '\0' || *end != '\0' || number > UINT32_MAX) return 0;
    TRY(instrument_get(dbn, (uint32_t)number, &index));
    struct dbn_instrument *instrument = &dbn->instruments[index];
    size_t len = strlen(mapping->symbol);
    if (len == 0 || len >= SYMBOL_SIZE) return 0; // it keeps its number for a name
    memcpy(instrument->name, mapping->symbol, len + 1);
    for (char *c = instrument->name; *c != '\0'; c++)
        if (*c == ' ') *c = '_';
    return 0;
}

static int instrument_get(struct dbn_job *dbn, uint32_t number, uint32_t *ret_index) {
    const struct order_row *place = order_table_find(&dbn->places, 0, number);
    if (place != NULL) {
        *ret_index = (uint32_t)place->price;
        return 0;
    }
    return instrument_add(dbn, number, 0, ret_index);
}

static int instrument_add(struct dbn_job *dbn, uint32_t number, uint32_t publisher,
                          uint32_t *ret_index) {
    if (dbn->count == INSTRUMENTS_MAX)
        return ERR_SET(ERR_FULL, "more than %d instruments in a file", INSTRUMENTS_MAX);
    if (dbn->count == dbn->cap) {
        uint32_t cap = dbn->cap == 0 ? 16 : dbn->cap * 2;
        struct dbn_instrument *grown = realloc(dbn->instruments, cap * sizeof *grown);
        if (grown == NULL) return ERR_SET(ERR_NOMEM, "no memory for %u instruments", cap);
        dbn->instruments = grown;
        dbn->cap = cap;
    }
    const struct order_row row = {.id = number, .price = dbn->count, .owner = publisher, .side = 1};
    TRY(order_table_put(&dbn->places, &row));
    struct dbn_instrument *instrument = &dbn->instruments[dbn->count];
    *instrument = (struct dbn_instrument){.number = number};
    for (int i = 0; i < DBN_LEVELS; i++)
        instrument->picture[i] = (struct dbn_level){.bid = DBN_NO_PRICE, .ask = DBN_NO_PRICE};
    snprintf(instrument->name, sizeof instrument->name, "%" PRIu32, number);
    *ret_index = dbn->count++;
    return 0;
}

// Each publisher of a dataset has a book and numbers of orders of its own. The first of an instrument has the
// instrument's name, others have their number behind it: AAPL.2.
static int book_get(struct dbn_job *dbn, const struct dbn_head *head, uint32_t *ret_index) {
    uint32_t first;
    TRY(instrument_get(dbn, head->instrument, &first));
    struct dbn_instrument *instrument = &dbn->instruments[first];
    if (instrument->publisher == 0) instrument->publisher = head->publisher;
    *ret_index = first;
    if (instrument->publisher == head->publisher) return 0;
    const struct order_row *place =
        order_table_find(&dbn->places, head->publisher, head->instrument);
    if (place != NULL) {
        *ret_index = (uint32_t)place->price;
        return 0;
    }
    char name[SYMBOL_SIZE];
    int len =
        snprintf(name, sizeof name, "%.*s.%u", SYMBOL_SIZE - 7, instrument->name, head->publisher);
    TRY(instrument_add(dbn, head->instrument, head->publisher, ret_index));
    instrument = &dbn->instruments[*ret_index];
    instrument->publisher = head->publisher;
    memcpy(instrument->name, name, (size_t)len + 1);
    return 0;
}

static int record_apply(struct dbn_job *dbn, const union dbn_record *record, size_t size) {
    const struct dbn_form *form = form_find(record->head.type);
    struct dbn_event event = {.dbn = dbn};
    uint32_t index;
    if (form == NULL) {
        import_note(dbn->job, NULL, IMPORT_BESIDE);
        return 0;
    }
    if (size < form->size || !times_read(record, &event)) {
        dbn->job->report->rows++;
        bool cut = size < form->size;
        return import_reject(dbn->job, NULL, cut ? IMPORT_SYNTAX : IMPORT_BAD_TIME,
                             cut ? "record length" : "time", NULL, 0);
    }
    bool book = form->shape == DBN_ORDER || form->type == DBN_MBP_1 || form->type == DBN_MBP_10;
    TRY(book ? book_get(dbn, &record->head, &index)
             : instrument_get(dbn, record->head.instrument, &index));
    event.index = index;
    event.instrument = &dbn->instruments[index];
    if (form->shape == DBN_BAR) return bar_apply(&event, &record->ohlcv);
    TRY(feed_get(&event));
    if (form->shape == DBN_ORDER) return mbo_apply(&event, &record->mbo);
    if (form->shape == DBN_STATE) return status_apply(&event, &record->status);
    return mbp_apply(&event, &record->mbp, form->levels);
}

static const struct dbn_form *form_find(uint8_t type) {
    for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++)
        if (FORMS[i].type == type) return &FORMS[i];
    return NULL;
}

// A source without a clock of its own gives one time. False: beyond what the tape has room for.
static bool times_read(const union dbn_record *record, struct dbn_event *event) {
    const struct dbn_form *form = form_find(record->head.type);
    uint64_t venue_ns = record->head.event_ns, receipt_ns = venue_ns;
    if (form->shape == DBN_ORDER) receipt_ns = record->mbo.receipt_ns;
    if (form->shape == DBN_STATE) receipt_ns = record->status.receipt_ns;
    if (form->shape == DBN_PRICES) receipt_ns = record->mbp.receipt_ns;
    if (receipt_ns == DBN_NO_TIME || receipt_ns == 0) receipt_ns = venue_ns;
    if (venue_ns == DBN_NO_TIME || venue_ns == 0) venue_ns = receipt_ns;
    event->venue_ns = (int64_t)venue_ns;
    event->receipt_ns = (int64_t)receipt_ns;
    return venue_ns < TIME_END && receipt_ns < TIME_END;
}

static int feed_get(const struct dbn_event *event) {
    struct dbn_instrument *instrument = event->instrument;
    struct import_spec spec;
    if (instrument->feed != NULL) return 0;
    TRY(spec_make(event->dbn, instrument, TAPE_FEED, 0, &spec));
    return import_target_get(event->dbn->job, &spec, &instrument->feed);
}

// The venue is the dataset before its point: GLBX of GLBX.MDP3.
static int spec_make(struct dbn_job *dbn, const struct dbn_instrument *instrument, uint32_t kind,
                     uint32_t frame_s, struct import_spec *ret_spec) {
    char venue[DBN_DATASET_SIZE + 1];
    const char *dataset = dbn->header.dataset;
    bool future = strncmp(dataset, "GLBX", 4) == 0 || strncmp(dataset, "IF", 2) == 0;
    bool named = dbn->count == 1 && dbn->job->options->symbol != NULL;
    snprintf(venue, sizeof venue, "%.*s", (int)strcspn(dataset, "."), dataset);
    struct import_hint hint = {.venue = venue,
                               .symbol = named ? NULL : instrument->name,
                               .asset = future ? ASSET_FUTURE : ASSET_EQUITY,
                               .calendar = future ? CALENDAR_24_7 : CALENDAR_XNYS,
                               .kind = kind,
                               .frame_s = frame_s};
    return import_spec_make(dbn->job, &hint, ret_spec);
}

static int put(const struct dbn_event *event, enum feed_kind kind, int side, int flags,
               int64_t price, int64_t qty, uint64_t id) {
    struct import_job *job = event->dbn->job;
    struct import_target *target = event->instrument->feed;
    struct feed_record record = {.venue_ns = event->venue_ns,
                                 .receipt_ns = event->receipt_ns,
                                 .qty = qty,
                                 .id = id,
                                 .what = feed_what(kind, side, flags)};
    const struct number numbers[2] = {{price, PRICE_DECIMALS, NUMBER_OK}, {qty, 0, NUMBER_OK}};
    job->report->rows++;
    target->file_rows++;
    if (price == DBN_NO_PRICE) return import_reject(job, target, IMPORT_MISSING, "price", NULL, 0);
    if (!feed_has_amount(record.what)) return import_feed(job, target, &record);
    return import_feed_numbers(job, target, &record, numbers);
}

static int gap_note(const struct dbn_event *event, uint8_t flags) {
    bool gap = (flags & DBN_BAD_BOOK) != 0, starts = gap && !event->instrument->gap;
    event->instrument->gap = gap;
    return starts ? put(event, FEED_FAULT, 0, 0, 0, FEED_GAP, 0) : 0;
}

static int mbo_apply(const struct dbn_event *event, const struct dbn_mbo *mbo) {
    int side = side_of(mbo->side), flags = (mbo->flags & DBN_LAST) != 0 ? FEED_LAST : 0;
    TRY(gap_note(event, mbo->flags));
    switch (mbo->action) {
    case 'A':
        return mbo_add(event, mbo, side, flags);
    case 'C':
    case 'M':
        return mbo_change(event, mbo, flags);
    case 'F':
        return mbo_fill(event, mbo);
    case 'T':
        return put(event, FEED_TRADE, side, flags, mbo->price, mbo->size, 0);
    case 'R':
        order_table_clear(&event->dbn->orders, event->index);
        return put(event, FEED_CLEAR, 0, flags, 0, 0, 0);
    default:
        import_note(event->dbn->job, event->instrument->feed, IMPORT_BESIDE);
        return 0;
    }
}

static int mbo_add(const struct dbn_event *event, const struct dbn_mbo *mbo, int side, int flags) {
    struct dbn_job *dbn = event->dbn;
    const struct order_row order = {.id = mbo->order,
                                    .price = mbo->price,
                                    .qty = mbo->size,
                                    .owner = event->index,
                                    .side = side};
    if (side == 0) {
        dbn->job->report->rows++;
        return import_reject(dbn->job, event->instrument->feed, IMPORT_SYNTAX, "side", NULL, 0);
    }
    bool twice = order_table_find(&dbn->orders, event->index, mbo->order) != NULL;
    if (twice) import_note(dbn->job, event->instrument->feed, IMPORT_TWICE_ADDED);
    bool sound = mbo->price != DBN_NO_PRICE && mbo->size > 0;
    if (!twice && sound) TRY(order_table_put(&dbn->orders, &order));
    return put(event, FEED_ADD, side, flags, mbo->price, mbo->size, mbo->order);
}

// What is not shown (an order that never was in the book) is told by the trade alone.
static int mbo_fill(const struct dbn_event *event, const struct dbn_mbo *mbo) {
    struct order_row *order = order_table_find(&event->dbn->orders, event->index, mbo->order);
    if (order == NULL) {
        import_note(event->dbn->job, event->instrument->feed, IMPORT_UNKNOWN_ORDER);
        return 0;
    }
    order->filled += mbo->size;
    return 0;
}

static int mbo_change(const struct dbn_event *event, const struct dbn_mbo *mbo, int flags) {
    struct dbn_job *dbn = event->dbn;
    struct order_row *order = order_table_find(&dbn->orders, event->index, mbo->order);
    if (order == NULL) {
        import_note(dbn->job, event->instrument->feed, IMPORT_UNKNOWN_ORDER);
        return put(event, FEED_FAULT, 0, flags, 0, FEED_UNKNOWN_ORDER, 1);
    }
    bool cancel = mbo->action == 'C', moves = !cancel && mbo->price != order->price;
    bool sound = cancel || (mbo->size > 0 && mbo->price != DBN_NO_PRICE);
    int64_t left = cancel ? order->qty - mbo->size : sound ? mbo->size : order->qty;
    if (left < 0) left = 0;
    if (order->filled > 0) TRY(mbo_executed(event, order, moves ? -1 : left, flags));
    if (cancel && left == 0 && order->qty > 0)
        TRY(put(event, FEED_DELETE, order->side, flags, 0, 0, order->id));
    if (cancel && left > 0 && left < order->qty)
        TRY(put(event, FEED_REDUCE, order->side, flags, 0, order->qty - left, order->id));
    if (cancel && left == 0) {
        order_table_remove(&dbn->orders, order);
        return 0;
    }
    bool shown_again = !cancel && order->qty == 0; // all was executed
    if (shown_again)
        TRY(put(event, FEED_ADD, order->side, flags, mbo->price, mbo->size, order->id));
    else if (!cancel && (moves || left != order->qty))
        TRY(put(event, FEED_MODIFY, order->side, flags, mbo->price, mbo->size, order->id));
    order->qty = left;
    if (moves && sound) order->price = mbo->price;
    return 0;
}

// Of what was filled, as much as leaves `left`; all of it where the order shows more than that afterwards.
static int mbo_executed(const struct dbn_event *event, struct order_row *order, int64_t left,
                        int flags) {
    int64_t qty = order->filled < order->qty ? order->filled : order->qty;
    bool ends = order->qty - qty == left; // nothing of the change is left to tell
    order->filled = 0;
    order->qty -= qty;
    return put(event, FEED_EXECUTE, order->side, ends ? flags : 0, order->price, qty, order->id);
}

static int mbp_apply(const struct dbn_event *event, const struct dbn_mbp *mbp, int levels) {
    struct dbn_job *dbn = event->dbn;
    bool before =
        dbn->header.schema == DBN_SCHEMA_TBBO; // the best prices are those before the trade
    bool trade = mbp->action == 'T' || levels == 0;
    TRY(gap_note(event, mbp->flags));
    if (trade && !before) TRY(trade_put(event, mbp, levels == 0 ? FEED_LAST : 0));
    if (levels == 1) TRY(best_put(event, &mbp->levels[0], !(trade && before)));
    if (levels > 1) TRY(picture_put(event, mbp->levels));
    return trade && before ? trade_put(event, mbp, FEED_LAST) : 0;
}

static int trade_put(const struct dbn_event *event, const struct dbn_mbp *mbp, int flags) {
    return put(event, FEED_TRADE, side_of(mbp->side), flags, mbp->price, mbp->size, 0);
}

static int best_put(const struct dbn_event *event, const struct dbn_level *level, bool last) {
    bool bid = level->bid != DBN_NO_PRICE, ask = level->ask != DBN_NO_PRICE;
    TRY(put(event, FEED_BEST, 1, 0, bid ? level->bid : 0, bid ? level->bid_size : 0, 0));
    return put(event, FEED_BEST, -1, last ? FEED_LAST : 0, ask ? level->ask : 0,
               ask ? level->ask_size : 0, 0);
}

// What differs from the picture before: of each side the levels that left it, then those that changed.
static int picture_put(const struct dbn_event *event, const struct dbn_level *levels) {
    struct dbn_change changes[4 * DBN_LEVELS];
    int count = picture_side(event->instrument->picture, levels, 1, changes);
    count += picture_side(event->instrument->picture, levels, -1, changes + count);
    for (int i = 0; i < count; i++)
        TRY(put(event, FEED_LEVEL, changes[i].side, i + 1 == count ? FEED_LAST : 0,
                changes[i].price, changes[i].qty, 0));
    memcpy(event->instrument->picture, levels, sizeof event->instrument->picture);
    return 0;
}

static int picture_side(const struct dbn_level *old, const struct dbn_level *levels, int side,
                        struct dbn_change *ret_changes) {
    int count = 0;
    for (int i = 0; i < DBN_LEVELS; i++) {
        int64_t price = side > 0 ? old[i].bid : old[i].ask;
        if (price != DBN_NO_PRICE && level_qty(levels, side, price) == 0)
            ret_changes[count++] = (struct dbn_change){price, 0, side};
    }
    for (int i = 0; i < DBN_LEVELS; i++) {
        int64_t price = side > 0 ? levels[i].bid : levels[i].ask;
        int64_t qty = side > 0 ? levels[i].bid_size : levels[i].ask_size;
        if (price != DBN_NO_PRICE && level_qty(old, side, price) != qty)
            ret_changes[count++] = (struct dbn_change){price, qty, side};
    }
    return count;
}

static int64_t level_qty(const struct dbn_level *levels, int side, int64_t price) {
    for (int i = 0; i < DBN_LEVELS; i++)
        if ((side > 0 ? levels[i].bid : levels[i].ask) == price)
            return side > 0 ? levels[i].bid_size : levels[i].ask_size;
    return 0;
}

static int bar_apply(const struct dbn_event *event, const struct dbn_ohlcv *bar) {
    static const uint32_t FRAMES[BAR_FRAMES] = {1, 60, 3600, 86400};
    struct import_job *job = event->dbn->job;
    uint32_t frame = bar->head.type - DBN_OHLCV_1S;
    struct import_target **target = &event->instrument->bars[frame];
    struct import_spec spec;
    if (*target == NULL) {
        TRY(spec_make(event->dbn, event->instrument, TAPE_BARS, FRAMES[frame], &spec));
        TRY(import_target_get(job, &spec, target));
    }
    job->report->rows++;
    (*target)->file_rows++;
    if (bar->volume > INT64_MAX)
        return import_reject(job, *target, IMPORT_OVERFLOW, "volume", NULL, 0);
    const struct import_bar_row row = {event->venue_ns,
                                       {{bar->open, PRICE_DECIMALS, NUMBER_OK},
                                        {bar->high, PRICE_DECIMALS, NUMBER_OK},
                                        {bar->low, PRICE_DECIMALS, NUMBER_OK},
                                        {bar->close, PRICE_DECIMALS, NUMBER_OK},
                                        {(int64_t)bar->volume, 0, NUMBER_OK}}};
    return import_bar(job, *target, &row);
}

static int status_apply(const struct dbn_event *event, const struct dbn_status *status) {
    // Pre-open to rotation, new price, trading, halt, pause, suspension, pre-close, close, post-close.
    static const uint8_t STATUS[] = {
        0,           FEED_AUCTION, FEED_AUCTION, FEED_AUCTION, FEED_AUCTION, FEED_AUCTION,
        0,           FEED_TRADING, FEED_HALTED,  FEED_HALTED,  FEED_HALTED,  FEED_CLOSED,
        FEED_CLOSED, FEED_CLOSED};
    if (status->action < sizeof STATUS && STATUS[status->action] != 0)
        return put(event, FEED_STATUS, 0, FEED_LAST, 0, STATUS[status->action], 0);
    import_note(event->dbn->job, event->instrument->feed, IMPORT_BESIDE);
    return 0;
}

static int side_of(char letter) {
    return letter == 'B' ? 1 : letter == 'A' ? -1 : 0;
}
