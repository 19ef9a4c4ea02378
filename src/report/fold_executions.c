// SPDX-License-Identifier: Apache-2.0
// Transaction cost analysis (report/executions.h), a row a parent order.
#include "order/algo.h"
#include "report/executions.h"

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
    REST,
    COLUMN_COUNT
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
    [REST] = {"accept_to_fill", "Accepted to fill", FOLD_SECONDS,
              "mean of fills, from hearing that the child was accepted"},
};

// What a reader of the page compares; prices, parts and hops stand in CSV and JSON, and summed up in `algorithms`.
static const bool details[COLUMN_COUNT] = {
    [CHILDREN] = true,    [ARRIVAL] = true,   [VWAP] = true,    [TWAP] = true, [DELAY] = true,
    [TIMING] = true,      [SPREAD] = true,    [IMPACT] = true,  [FEES] = true, [TO_SEND] = true,
    [OPPORTUNITY] = true, [TO_ACCEPT] = true, [TO_FILL] = true, [REST] = true,
};

static void *open_table(const struct fold_view *view) {
    return executions_open(view);
}

static void close_table(void *fold) {
    executions_close(fold);
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    return executions_put(fold, view, step);
}

static int end(void *fold, const struct fold_view *view) {
    executions_end(fold, view);
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
                    : column == REST    ? execution->rests
                                        : execution->send_ns >= 0;
    int64_t sum = column == TO_ACCEPT ? execution->accept_sum
                  : column == TO_FILL ? execution->fill_sum
                  : column == REST    ? execution->rest_sum
                                      : execution->send_ns;
    cell->missing = count == 0;
    if (count > 0) cell->integer = sum / count;
}

static void amount_cell(const struct executions *self, const struct execution *execution,
                        size_t column, struct fold_cell *cell) {
    if (instrument_is_inverse(executions_instrument(self, execution))) {
        cell->missing = true;
        return;
    }
    if (column != OF_VALUE) {
        exact(cell,
              executions_part(self, execution,
                              (enum execution_part)(column - DELAY + EXECUTION_DELAY)),
              executions_decimals(self, execution));
        return;
    }
    int128_t value = executions_ordered(self, execution);
    number(cell, value > 0,
           (double)executions_part(self, execution, EXECUTION_SHORTFALL) / (double)value);
}

static void price_cell(const struct executions *self, const struct execution *execution,
                       size_t column, struct fold_cell *cell) {
    int32_t decimals = executions_instrument(self, execution)->price_decimals;
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
        exact(cell, execution->ordered, executions_instrument(self, execution)->qty_decimals);
        break;
    case FILLED:
        exact(cell, execution->filled, executions_instrument(self, execution)->qty_decimals);
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
    .details = details,
    .open = open_table,
    .close = close_table,
    .put = put,
    .end = end,
    .rows = rows,
    .cell = cell,
    .left_out = left_out,
};
