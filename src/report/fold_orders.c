// SPDX-License-Identifier: Apache-2.0
// Every order, from its sending to its end.
#include <stdlib.h>

#include "report/fold.h"

enum {
    ID,
    SENT,
    ENDED,
    STRATEGY,
    INSTRUMENT,
    SIDE,
    TYPE,
    TIF,
    PURPOSE,
    QTY_COLUMN,
    LIMIT_PRICE,
    STOP_PRICE,
    STATE,
    REASON,
    FILLED,
    FILL_PRICE,
    FILLS
};

struct row {
    uint64_t id;
    int64_t sent_ns;
    int64_t ended_ns;
    int128_t filled_value;
    qty_t qty;
    qty_t filled;
    price_t limit_price;
    price_t stop_price;
    uint32_t strategy;
    uint32_t instrument;
    uint32_t fills;
    int8_t side;
    uint8_t type;
    uint8_t tif;
    uint8_t purpose;
    uint8_t state;
    uint8_t reason;
};

struct orders_fold {
    const struct fold_view *view;
    struct row *rows;
    size_t count;
    struct arena memory; // of rows
    uint64_t left_out;
    uint32_t *row_of; // [order handle] -> row, UINT32_MAX: left out
};

static const struct fold_column columns[] = {
    {"sequence", "#", FOLD_COUNT, "the number of the order within its strategy"},
    {"sent", "Sent", FOLD_TIME, "UTC"},
    {"ended", "Ended", FOLD_TIME, "UTC; missing: still live"},
    {"strategy", "Strategy", FOLD_TEXT, NULL},
    {"instrument", "Instrument", FOLD_TEXT, NULL},
    {"side", "Side", FOLD_TEXT, NULL},
    {"type", "Type", FOLD_TEXT, NULL},
    {"tif", "Time in force", FOLD_TEXT, NULL},
    {"purpose", "Purpose", FOLD_TEXT, NULL},
    {"qty", "Quantity", FOLD_EXACT, NULL},
    {"limit_price", "Limit", FOLD_EXACT, NULL},
    {"stop_price", "Stop", FOLD_EXACT, NULL},
    {"state", "State", FOLD_TEXT, NULL},
    {"reason", "Reason", FOLD_TEXT, NULL},
    {"filled", "Filled", FOLD_EXACT, NULL},
    {"fill_price", "Fill price", FOLD_EXACT, "average"},
    {"fills", "Fills", FOLD_COUNT, NULL},
};

static void *open_orders(const struct fold_view *view) {
    struct orders_fold *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->view = view;
    self->row_of = malloc((view->config->order_max + 1) * sizeof *self->row_of);
    if (self->row_of != NULL) return self;
    free(self);
    return NULL;
}

static void close_orders(void *fold) {
    struct orders_fold *self = fold;
    if (self == NULL) return;
    arena_fini(&self->memory);
    free(self->row_of);
    free(self);
}

static int add(struct orders_fold *self, uint32_t handle, const struct order *order) {
    self->row_of[handle] = UINT32_MAX;
    if (self->count == REPORT_ORDERS_MAX) {
        self->left_out++;
        return 0;
    }
    if (self->rows == NULL) {
        TRY(arena_init(&self->memory, REPORT_ORDERS_MAX * sizeof *self->rows));
        self->rows = ARENA_NEW(&self->memory, struct row, REPORT_ORDERS_MAX);
    }
    const struct order_spec *spec = &order->spec;
    self->row_of[handle] = (uint32_t)self->count;
    self->rows[self->count++] = (struct row){
        .id = order->id,
        .sent_ns = order->created_ns,
        .qty = spec->qty,
        .limit_price = spec->limit_price,
        .stop_price = spec->stop_price,
        .strategy = spec->strategy,
        .instrument = spec->instrument,
        .side = (int8_t)spec->side,
        .type = (uint8_t)spec->type,
        .tif = (uint8_t)spec->tif,
        .purpose = (uint8_t)spec->purpose,
        .state = ORDER_SUBMITTED,
    };
    return 0;
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    (void)view;
    struct orders_fold *self = fold;
    const struct order *order = step->order;
    if (order == NULL) return 0;
    if (step->event->kind == EVENT_SUBMIT) return add(self, step->handle, order);
    uint32_t at = self->row_of[step->handle];
    if (at == UINT32_MAX) return 0;
    struct row *row = &self->rows[at];
    row->qty = order->spec.qty;
    row->limit_price = order->spec.limit_price;
    row->stop_price = order->spec.stop_price;
    row->filled = order->filled_qty;
    row->filled_value = order->filled_value;
    row->fills = order->fills;
    row->state = (uint8_t)order->state;
    row->reason = (uint8_t)order->reason;
    if (step->change.ended) row->ended_ns = step->event->ts_ns;
    return 0;
}

static size_t rows(const void *fold) {
    const struct orders_fold *self = fold;
    return self->count;
}

static uint64_t left_out(const void *fold) {
    const struct orders_fold *self = fold;
    return self->left_out;
}

static const char *text_of(const struct orders_fold *self, const struct row *row, size_t column) {
    switch (column) {
    case STRATEGY:
        return row->strategy < self->view->config->strategy_count
                   ? self->view->config->strategies[row->strategy].name
                   : "account";
    case INSTRUMENT:
        return self->view->instrument_names[row->instrument];
    case SIDE:
        return row->side > 0 ? "buy" : "sell";
    case TYPE:
        return order_type_name(row->type);
    case TIF:
        return order_tif_name(row->tif);
    case PURPOSE:
        return order_purpose_name(row->purpose);
    case STATE:
        return order_state_name(row->state);
    default:
        return order_reason_name(row->reason);
    }
}

static void exact_cell(const struct orders_fold *self, const struct row *row, size_t column,
                       struct fold_cell *ret_cell) {
    const struct instrument *instrument = &self->view->instruments->items[row->instrument];
    int64_t fill = row->filled.m == 0 ? 0
                                      : (int64_t)decimal_div_round(row->filled_value, row->filled.m,
                                                                   ROUND_HALF_EVEN);
    bool qty = column == QTY_COLUMN || column == FILLED;
    ret_cell->decimals = qty ? instrument->qty_decimals : instrument->price_decimals;
    ret_cell->exact = column == QTY_COLUMN    ? row->qty.m
                      : column == FILLED      ? row->filled.m
                      : column == LIMIT_PRICE ? row->limit_price.m
                      : column == STOP_PRICE  ? row->stop_price.m
                                              : fill;
    ret_cell->missing = !qty && ret_cell->exact == 0;
}

static void cell(const void *fold, size_t index, size_t column, struct fold_cell *ret_cell) {
    const struct orders_fold *self = fold;
    const struct row *row = &self->rows[index];
    *ret_cell = (struct fold_cell){0};
    switch (column) {
    case ID:
        ret_cell->integer = (int64_t)order_id_sequence(row->id);
        break;
    case SENT:
        ret_cell->integer = row->sent_ns;
        break;
    case ENDED:
        ret_cell->integer = row->ended_ns;
        ret_cell->missing = row->ended_ns == 0;
        break;
    case FILLS:
        ret_cell->integer = row->fills;
        break;
    case QTY_COLUMN:
    case LIMIT_PRICE:
    case STOP_PRICE:
    case FILLED:
    case FILL_PRICE:
        exact_cell(self, row, column, ret_cell);
        break;
    default:
        ret_cell->text = text_of(self, row, column);
        break;
    }
}

extern const struct fold fold_orders;
const struct fold fold_orders = {
    .name = "orders",
    .title = "Orders",
    .summary = "Every order, from its sending to its end.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_orders,
    .close = close_orders,
    .put = put,
    .rows = rows,
    .cell = cell,
    .left_out = left_out,
};
