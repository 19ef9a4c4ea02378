// SPDX-License-Identifier: Apache-2.0
// Transaction cost analysis: what each parent order cost against the decision, to the last unit.
//
// Source: Andre Perold, "The Implementation Shortfall: Paper versus Reality" (1988): the paper portfolio trades all
// of it at the decision price D at once. With side s, ordered Q, fills (p, q) with F = sum q, arrival price A (known
// when the first child was heard to be at the venue), R the price when the child of a fill was sent (the middle, else
// the last), T the far side's best price then, and the price at the end E:
//   delay        s F (A - D)
//   timing       s sum q (R - A)        the market's way between arrival and children
//   spread       s sum q (T - R)        0 where no quote was known: it is in the impact then
//   impact       s sum q (p - T)
//   opportunity  s (Q - F) (E - D)
//   fees
//   shortfall    s (sum p q - F D) + s (Q - F) (E - D) + fees, which is their sum, exactly: all are integers.
// Positive is a cost. Amounts are in the instrument's currency; an inverse contract has none.
#include <stdlib.h>

#include "base/check.h"
#include "order/algo.h"
#include "report/fold.h"

enum { EXECUTIONS_MAX = 1 << 20 };
enum {
    STRATEGY,
    INSTRUMENT,
    ALGO,
    SIDE,
    STARTED,
    TOOK,
    END,
    ORDERED,
    FILLED,
    CHILDREN,
    DECISION,
    ARRIVAL,
    AVERAGE,
    VWAP,
    TWAP,
    DELAY,
    TIMING,
    SPREAD,
    IMPACT,
    OPPORTUNITY,
    FEES,
    SHORTFALL,
    OF_VALUE,
    AGAINST_VWAP,
    TO_SEND,
    TO_ACCEPT,
    TO_FILL,
    COLUMN_COUNT
};

struct execution {
    uint64_t parent;
    uint32_t strategy;
    uint32_t instrument;
    uint32_t algo;
    uint32_t reason;
    int32_t side;
    uint32_t children;
    int64_t start_ns;
    int64_t last_ns; // its end or its latest report
    int64_t ordered;
    int64_t filled;
    int64_t decision;
    int64_t arrival; // 0: not yet
    int64_t end;
    int128_t traded;  // sum of p q
    int128_t sent_at; // sum of R q
    int128_t touched; // sum of T q
    int128_t fees;    // at the decimals of the instrument's currency
    int64_t send_ns;  // of the first child, less the decision
    int64_t accept_sum;
    int64_t accepts;
    int64_t fill_sum;
    int64_t fills;
    double vwap; // in mantissas; 0: not known
    double twap;
};

struct child {
    size_t execution; // index + 1; 0: not a child
    int64_t sent_ns;
    int64_t sent_at;
    int64_t touch;
};

struct executions {
    const struct fold_view *view;
    struct execution *items;
    size_t count;
    size_t capacity;
    struct child *children; // [order handle]
    uint64_t left_out;
};

static const struct fold_column columns[COLUMN_COUNT] = {
    [STRATEGY] = {"strategy", "Strategy", FOLD_TEXT, NULL},
    [INSTRUMENT] = {"instrument", "Instrument", FOLD_TEXT, NULL},
    [ALGO] = {"algo", "Algorithm", FOLD_TEXT, NULL},
    [SIDE] = {"side", "Side", FOLD_TEXT, NULL},
    [STARTED] = {"started", "Decided", FOLD_TIME, NULL},
    [TOOK] = {"took", "Took", FOLD_SECONDS, "until its last fill or its end"},
    [END] = {"end", "End", FOLD_TEXT, NULL},
    [ORDERED] = {"ordered", "Ordered", FOLD_EXACT, NULL},
    [FILLED] = {"filled", "Filled", FOLD_EXACT, NULL},
    [CHILDREN] = {"children", "Children", FOLD_COUNT, NULL},
    [DECISION] = {"decision_price", "Decision", FOLD_EXACT, "the price known at the decision"},
    [ARRIVAL] = {"arrival_price", "Arrival", FOLD_EXACT,
                 "the price known when the first child had reached the venue"},
    [AVERAGE] = {"average_price", "Average", FOLD_NUMBER, "of the fills"},
    [VWAP] = {"interval_vwap", "VWAP", FOLD_NUMBER, "of the market from decision to end"},
    [TWAP] = {"interval_twap", "TWAP", FOLD_NUMBER, "of the market from decision to end"},
    [DELAY] = {"delay", "Delay", FOLD_EXACT, "from the decision's price to the arrival's"},
    [TIMING] = {"timing", "Timing", FOLD_EXACT, "from the arrival's price to those of children"},
    [SPREAD] = {"spread", "Spread", FOLD_EXACT,
                "from the middle to the far side when children were sent; 0: no quotes"},
    [IMPACT] = {"impact", "Impact", FOLD_EXACT, "from there to the fills: impact and slippage"},
    [OPPORTUNITY] = {"opportunity", "Opportunity", FOLD_EXACT,
                     "what was not traded, from the decision's price to the one at the end"},
    [FEES] = {"fees", "Fees", FOLD_EXACT, NULL},
    [SHORTFALL] = {"shortfall", "Shortfall", FOLD_EXACT,
                   "implementation shortfall, Perold (1988): the sum of the six before"},
    [OF_VALUE] = {"shortfall_of_value", "Of value", FOLD_RATIO,
                  "of what was ordered at the decision price"},
    [AGAINST_VWAP] = {"against_vwap", "Against VWAP", FOLD_RATIO,
                      "average price against the interval's; positive is worse"},
    [TO_SEND] = {"decision_to_send", "To first child", FOLD_SECONDS, NULL},
    [TO_ACCEPT] = {"send_to_accept", "To accepted", FOLD_SECONDS,
                   "mean of children: from sending until we heard that it was accepted"},
    [TO_FILL] = {"send_to_fill", "To fill", FOLD_SECONDS, "mean of fills, from sending"},
};

static void *open_executions(const struct fold_view *view) {
    struct executions *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->view = view;
    self->children = calloc(view->config->order_max + 1, sizeof *self->children);
    if (self->children != NULL) return self;
    free(self);
    return NULL;
}

static void close_executions(void *fold) {
    struct executions *self = fold;
    if (self == NULL) return;
    free(self->items);
    free(self->children);
    free(self);
}

static struct execution *find(struct executions *self, uint64_t parent) {
    for (size_t i = self->count; i-- > 0;) // parents that live are among the latest
        if (self->items[i].parent == parent) return &self->items[i];
    return NULL;
}

static int add(struct executions *self, const struct algo_event *event) {
    if (self->count == EXECUTIONS_MAX) {
        self->left_out++;
        return 0;
    }
    if (self->count == self->capacity) {
        size_t capacity = self->capacity == 0 ? 64 : 2 * self->capacity;
        struct execution *grown = realloc(self->items, capacity * sizeof *grown);
        if (grown == NULL) return ERR_SET(ERR_NOMEM, "no memory for executions");
        self->items = grown;
        self->capacity = capacity;
    }
    self->items[self->count++] = (struct execution){
        .parent = event->parent,
        .strategy = event->strategy,
        .instrument = event->header.instrument,
        .algo = event->algo,
        .side = event->side,
        .start_ns = event->header.ts_ns,
        .last_ns = event->header.ts_ns,
        .ordered = event->qty.m,
        .decision = event->last.m,
        .send_ns = -1,
    };
    return 0;
}

static void add_child(struct executions *self, const struct fold_view *view,
                      struct execution *execution, const struct algo_event *event) {
    int handle = orders_find(view->orders, event->order_id);
    if (handle < 0) return;
    bool quoted = event->bid.m > 0 && event->ask.m > 0;
    int64_t far = event->side > 0 ? event->ask.m : event->bid.m;
    self->children[handle] = (struct child){
        .execution = (size_t)(execution - self->items) + 1,
        .sent_ns = event->header.ts_ns,
        .sent_at = event->last.m,
        .touch = quoted ? far : event->last.m,
    };
    execution->children++;
    if (execution->send_ns < 0) execution->send_ns = event->header.ts_ns - execution->start_ns;
}

static double mean(int64_t hi, uint64_t lo, double count) {
    return count > 0 ? ((double)hi * 18446744073709551616.0 + (double)lo) / count / 12 : 0;
}

static void end_one(struct execution *execution, const struct algo_event *event) {
    execution->reason = event->reason;
    execution->end = event->last.m;
    execution->last_ns = event->header.ts_ns;
    execution->vwap = mean(event->value_hi, event->value_lo, (double)event->market_qty.m);
    execution->twap = mean(event->price_hi, event->price_lo, (double)event->price_count);
}

static int put_algo(struct executions *self, const struct fold_view *view,
                    const struct algo_event *event) {
    if (event->what == ALGO_STARTED) return add(self, event);
    struct execution *execution = find(self, event->parent);
    if (execution == NULL) return 0; // beyond the maximum
    if (event->what == ALGO_CHILD)
        add_child(self, view, execution, event);
    else
        end_one(execution, event);
    return 0;
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    struct executions *self = fold;
    if (step->event->kind == EVENT_ALGO)
        return put_algo(self, view, (const struct algo_event *)(const void *)step->event);
    if (step->order == NULL) return 0;
    struct child *child = &self->children[step->handle];
    if (step->event->kind == EVENT_SUBMIT) child->execution = 0;
    if (child->execution == 0) return 0;
    struct execution *execution = &self->items[child->execution - 1];
    int64_t wait = step->event->ts_ns - child->sent_ns;
    bool accepted = step->event->kind == EVENT_ORDER_ACCEPTED;
    if ((accepted || step->is_fill) && execution->arrival == 0)
        execution->arrival = view->board->rows[execution->instrument].last.m;
    if (accepted) {
        execution->accepts++;
        execution->accept_sum += wait;
    }
    if (!step->is_fill) return 0;
    int64_t qty = step->fill.qty.m;
    execution->last_ns = step->event->ts_ns;
    execution->filled += qty;
    execution->traded += (int128_t)step->fill.price.m * qty;
    execution->sent_at += (int128_t)child->sent_at * qty;
    execution->touched += (int128_t)child->touch * qty;
    execution->fees += step->fee.m;
    execution->fills++;
    execution->fill_sum += wait;
    return 0;
}

static const struct instrument *instrument_of(const struct executions *self,
                                              const struct execution *execution) {
    return &self->view->instruments->items[execution->instrument];
}

static int32_t value_decimals(const struct instrument *instrument) {
    return instrument->price_decimals + instrument->qty_decimals + instrument->multiplier_decimals;
}

static int32_t currency_decimals(const struct executions *self,
                                 const struct instrument *instrument) {
    return self->view->instruments->currencies[instrument->currency].decimals;
}

// All amounts of a row have these: those of price x quantity or those of money, whichever are more.
static int32_t amount_decimals(const struct executions *self, const struct execution *execution) {
    const struct instrument *instrument = instrument_of(self, execution);
    int32_t value = value_decimals(instrument), money = currency_decimals(self, instrument);
    return value > money ? value : money;
}

// Price x quantity in mantissas as an amount.
static int128_t amount(const struct executions *self, const struct execution *execution,
                       int128_t value) {
    const struct instrument *instrument = instrument_of(self, execution);
    int32_t more = amount_decimals(self, execution) - value_decimals(instrument);
    return value * instrument->multiplier * (int128_t)decimal_pow10(more);
}

static int128_t fees(const struct executions *self, const struct execution *execution) {
    int32_t have = currency_decimals(self, instrument_of(self, execution));
    return execution->fees * (int128_t)decimal_pow10(amount_decimals(self, execution) - have);
}

// Price x quantity of a part, positive a cost.
static int128_t part_value(const struct execution *execution, size_t column) {
    int128_t filled = execution->filled, side = execution->side;
    switch (column) {
    case DELAY:
        return side * filled * (execution->arrival - execution->decision);
    case TIMING:
        return side * (execution->sent_at - filled * execution->arrival);
    case SPREAD:
        return side * (execution->touched - execution->sent_at);
    case IMPACT:
        return side * (execution->traded - execution->touched);
    default: // OPPORTUNITY
        return side * (execution->ordered - filled) * (execution->end - execution->decision);
    }
}

static int128_t shortfall(const struct executions *self, const struct execution *execution) {
    int128_t filled = execution->filled, side = execution->side;
    int128_t value = side * (execution->traded - filled * execution->decision) +
                     side * (execution->ordered - filled) * (execution->end - execution->decision);
    return amount(self, execution, value) + fees(self, execution);
}

static int128_t part(const struct executions *self, const struct execution *execution,
                     size_t column) {
    if (column == FEES) return fees(self, execution);
    if (column == SHORTFALL) return shortfall(self, execution);
    return amount(self, execution, part_value(execution, column));
}

// One that is worked still at the end of the data is valued at the last price.
static int end(void *fold, const struct fold_view *view) {
    struct executions *self = fold;
    for (size_t i = 0; i < self->count; i++) {
        struct execution *execution = &self->items[i];
        if (execution->reason == ALGO_REASON_NONE)
            execution->end = view->board->rows[execution->instrument].last.m;
        int128_t sum = 0;
        for (size_t c = DELAY; c <= FEES; c++) sum += part(self, execution, c);
        CHECK(sum == shortfall(self, execution));
    }
    return 0;
}

static size_t rows(const void *fold) {
    return ((const struct executions *)fold)->count;
}

static uint64_t left_out(const void *fold) {
    return ((const struct executions *)fold)->left_out;
}

static void exact(struct fold_cell *cell, int128_t value, int32_t decimals) {
    cell->exact = value;
    cell->decimals = decimals;
}

static void number(struct fold_cell *cell, bool known, double value) {
    cell->missing = !known;
    if (known) cell->number = value;
}

static double average(const struct execution *execution) {
    return execution->filled > 0 ? (double)execution->traded / (double)execution->filled : 0;
}

static void time_cell(const struct execution *execution, size_t column, struct fold_cell *cell) {
    int64_t count = column == TO_ACCEPT ? execution->accepts
                    : column == TO_FILL ? execution->fills
                                        : execution->send_ns >= 0;
    int64_t sum = column == TO_ACCEPT ? execution->accept_sum
                  : column == TO_FILL ? execution->fill_sum
                                      : execution->send_ns;
    cell->missing = count == 0;
    if (count > 0) cell->integer = sum / count;
}

static void amount_cell(const struct executions *self, const struct execution *execution,
                        size_t column, struct fold_cell *cell) {
    if (instrument_is_inverse(instrument_of(self, execution))) {
        cell->missing = true;
        return;
    }
    if (column != OF_VALUE) {
        exact(cell, part(self, execution, column), amount_decimals(self, execution));
        return;
    }
    int128_t value = amount(self, execution, (int128_t)execution->ordered * execution->decision);
    number(cell, value > 0, (double)shortfall(self, execution) / (double)value);
}

static void price_cell(const struct executions *self, const struct execution *execution,
                       size_t column, struct fold_cell *cell) {
    int32_t decimals = instrument_of(self, execution)->price_decimals;
    double unit = decimal_to_double(1, decimals);
    switch (column) {
    case DECISION:
        exact(cell, execution->decision, decimals);
        break;
    case ARRIVAL:
        cell->missing = execution->arrival == 0;
        if (!cell->missing) exact(cell, execution->arrival, decimals);
        break;
    case AVERAGE:
        number(cell, execution->filled > 0, average(execution) * unit);
        break;
    case VWAP:
        number(cell, execution->vwap > 0, execution->vwap * unit);
        break;
    case TWAP:
        number(cell, execution->twap > 0, execution->twap * unit);
        break;
    default: // AGAINST_VWAP
        number(cell, execution->vwap > 0 && execution->filled > 0,
               execution->side * (average(execution) / execution->vwap - 1));
        break;
    }
}

static void plain_cell(const struct executions *self, const struct execution *execution,
                       size_t column, struct fold_cell *cell) {
    switch (column) {
    case STRATEGY:
        cell->text = self->view->config->strategies[execution->strategy].name;
        break;
    case INSTRUMENT:
        cell->text = self->view->instrument_names[execution->instrument];
        break;
    case ALGO:
        cell->text = execution->algo < algo_count() ? algo_at(execution->algo)->name : "unknown";
        break;
    case SIDE:
        cell->text = execution->side > 0 ? "buy" : "sell";
        break;
    case STARTED:
        cell->integer = execution->start_ns;
        break;
    case TOOK:
        cell->integer = execution->last_ns - execution->start_ns;
        break;
    case END:
        cell->text =
            execution->reason == ALGO_REASON_NONE ? "open" : algo_reason_name(execution->reason);
        break;
    case ORDERED:
        exact(cell, execution->ordered, instrument_of(self, execution)->qty_decimals);
        break;
    case FILLED:
        exact(cell, execution->filled, instrument_of(self, execution)->qty_decimals);
        break;
    default: // CHILDREN
        cell->integer = execution->children;
        break;
    }
}

static void cell(const void *fold, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct executions *self = fold;
    const struct execution *execution = &self->items[row];
    *ret_cell = (struct fold_cell){0};
    if (column >= TO_SEND)
        time_cell(execution, column, ret_cell);
    else if ((column >= DELAY && column <= SHORTFALL) || column == OF_VALUE)
        amount_cell(self, execution, column, ret_cell);
    else if (column >= DECISION)
        price_cell(self, execution, column, ret_cell);
    else
        plain_cell(self, execution, column, ret_cell);
}

extern const struct fold fold_executions;
const struct fold fold_executions = {
    .name = "executions",
    .title = "Executions",
    .summary = "What each parent order cost against its decision, by cause, to the last unit.",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .open = open_executions,
    .close = close_executions,
    .put = put,
    .end = end,
    .rows = rows,
    .cell = cell,
    .left_out = left_out,
};
