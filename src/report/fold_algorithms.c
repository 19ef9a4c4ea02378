// SPDX-License-Identifier: Apache-2.0
// Transaction cost analysis (report/executions.h), summed up by algorithm: what the parts of the shortfall are of
// what was ordered, and how long each hop took. Amounts of several currencies are weighed in the account's.
#include <stdlib.h>

#include "order/algo.h"
#include "report/executions.h"

enum {
    ALGO,
    PARENTS,
    CHILDREN,
    ORDERED,
    FILLED,
    DELAY,
    TIMING,
    SPREAD,
    IMPACT,
    OPPORTUNITY,
    FEES,
    SHORTFALL,
    TO_SEND,
    TO_ACCEPT,
    REST,
    COLUMN_COUNT
};
enum { PARTS = EXECUTION_SHORTFALL + 1, ALGOS_MAX = 64 };

struct row {
    uint32_t algo;
    int64_t parents, children;
    double ordered, filled;   // at the decisions' prices, account currency
    double parts[PARTS];      // the same
    int64_t hops[3], sums[3]; // counts and nanoseconds, from TO_SEND on
};

struct algorithms {
    const struct fold_view *view;
    struct executions *executions;
    struct row rows[ALGOS_MAX];
    size_t count;
};

static const struct fold_column columns[COLUMN_COUNT] = {
    [ALGO] = {"algo", "Algorithm", FOLD_TEXT, NULL},
    [PARENTS] = {"parents", "Parents", FOLD_COUNT, NULL},
    [CHILDREN] = {"children", "Children", FOLD_COUNT, NULL},
    [ORDERED] = {"ordered_value", "Ordered", FOLD_NUMBER,
                 "at the decisions' prices, in the account's currency"},
    [FILLED] = {"filled_share", "Filled", FOLD_RATIO, "of what was ordered"},
    [DELAY] = {"delay", "Delay", FOLD_RATIO, "of what was ordered, as the next six"},
    [TIMING] = {"timing", "Timing", FOLD_RATIO, NULL},
    [SPREAD] = {"spread", "Spread", FOLD_RATIO, NULL},
    [IMPACT] = {"impact", "Impact", FOLD_RATIO, NULL},
    [OPPORTUNITY] = {"opportunity", "Opportunity", FOLD_RATIO, NULL},
    [FEES] = {"fees", "Fees", FOLD_RATIO, NULL},
    [SHORTFALL] = {"shortfall", "Shortfall", FOLD_RATIO, "their sum; positive is a cost"},
    [TO_SEND] = {"decision_to_send", "To first child", FOLD_SECONDS, "mean of parents"},
    [TO_ACCEPT] = {"send_to_accept", "To accepted", FOLD_SECONDS, "mean of children"},
    [REST] = {"accept_to_fill", "Accepted to fill", FOLD_SECONDS, "mean of fills"},
};

static void close_algorithms(void *fold) {
    struct algorithms *self = fold;
    if (self == NULL) return;
    executions_close(self->executions);
    free(self);
}

static void *open_algorithms(const struct fold_view *view) {
    struct algorithms *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->view = view;
    self->executions = executions_open(view);
    if (self->executions != NULL) return self;
    close_algorithms(self);
    return NULL;
}

static int put(void *fold, const struct fold_view *view, const struct fold_step *step) {
    return executions_put(((struct algorithms *)fold)->executions, view, step);
}

static struct row *row_of(struct algorithms *self, uint32_t algo) {
    for (size_t i = 0; i < self->count; i++)
        if (self->rows[i].algo == algo) return &self->rows[i];
    if (self->count == ALGOS_MAX) return &self->rows[ALGOS_MAX - 1];
    self->rows[self->count].algo = algo;
    return &self->rows[self->count++];
}

// What one unit of the instrument's currency is of the account's; 0 where that is not known.
static double rate_of(const struct fold_view *view, uint32_t currency) {
    int32_t decimals = view->instruments->currencies[currency].decimals;
    money_t one = MONEY(decimal_pow10(decimals)), account = MONEY(0);
    if (ledger_convert(view->ledger, one, currency, &account) < 0) return 0;
    return money_to_double(account, view->money_decimals);
}

static void add(struct algorithms *self, const struct execution *execution) {
    const struct instrument *instrument = executions_instrument(self->executions, execution);
    struct row *row = row_of(self, execution->algo);
    row->parents++;
    row->children += execution->children;
    const int64_t hops[] = {execution->send_ns >= 0, execution->accepts, execution->rests};
    const int64_t sums[] = {execution->send_ns >= 0 ? execution->send_ns : 0, execution->accept_sum,
                            execution->rest_sum};
    for (size_t i = 0; i < 3; i++) {
        row->hops[i] += hops[i];
        row->sums[i] += sums[i];
    }
    if (instrument_is_inverse(instrument) || execution->ordered <= 0) return;
    double unit = decimal_to_double(1, executions_decimals(self->executions, execution)) *
                  rate_of(self->view, instrument->currency);
    double ordered = (double)executions_ordered(self->executions, execution) * unit;
    row->ordered += ordered;
    row->filled += ordered * (double)execution->filled / (double)execution->ordered;
    for (int part = 0; part < PARTS; part++)
        row->parts[part] +=
            unit * (double)executions_part(self->executions, execution, (enum execution_part)part);
}

static int end(void *fold, const struct fold_view *view) {
    struct algorithms *self = fold;
    executions_end(self->executions, view);
    for (size_t i = 0; i < self->executions->count; i++) add(self, &self->executions->items[i]);
    return 0;
}

static size_t rows(const void *fold) {
    return ((const struct algorithms *)fold)->count;
}

static uint64_t left_out(const void *fold) {
    return ((const struct algorithms *)fold)->executions->left_out;
}

static void cell(const void *fold, size_t index, size_t column, struct fold_cell *ret_cell) {
    const struct algorithms *self = fold;
    const struct row *row = &self->rows[index];
    *ret_cell = (struct fold_cell){0};
    if (column == ALGO) {
        ret_cell->text = row->algo < algo_count() ? algo_at(row->algo)->name : "unknown";
    } else if (column == PARENTS || column == CHILDREN) {
        ret_cell->integer = column == PARENTS ? row->parents : row->children;
    } else if (column >= TO_SEND) {
        size_t hop = column - TO_SEND;
        ret_cell->missing = row->hops[hop] == 0;
        if (row->hops[hop] > 0) ret_cell->integer = row->sums[hop] / row->hops[hop];
    } else {
        ret_cell->missing = !(row->ordered > 0);
        ret_cell->number = column == ORDERED  ? row->ordered
                           : column == FILLED ? row->filled / row->ordered
                                              : row->parts[column - DELAY] / row->ordered;
    }
}

extern const struct fold fold_algorithms;
const struct fold fold_algorithms = {
    .name = "algorithms",
    .title = "Execution by algorithm",
    .summary = "What execution cost of what was ordered, by cause, and how long each hop took.",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .open = open_algorithms,
    .close = close_algorithms,
    .put = put,
    .end = end,
    .rows = rows,
    .cell = cell,
    .left_out = left_out,
};
