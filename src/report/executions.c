// SPDX-License-Identifier: Apache-2.0
#include "report/executions.h"

#include <stdlib.h>

#include "base/check.h"
#include "order/algo.h"

enum { EXECUTIONS_MAX = 1 << 20 };

struct execution_child {
    size_t execution; // index + 1; 0: not a child
    int64_t sent_ns;
    int64_t accepted_ns; // 0: not heard
    int64_t sent_at;
    int64_t touch;
};

struct executions *executions_open(const struct fold_view *view) {
    struct executions *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->view = view;
    self->children = calloc(view->config->order_max + 1, sizeof *self->children);
    if (self->children != NULL) return self;
    free(self);
    return NULL;
}

void executions_close(struct executions *self) {
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
    self->children[handle] = (struct execution_child){
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

int executions_put(struct executions *self, const struct fold_view *view,
                   const struct fold_step *step) {
    if (step->event->kind == EVENT_ALGO)
        return put_algo(self, view, (const struct algo_event *)(const void *)step->event);
    if (step->order == NULL) return 0;
    struct execution_child *child = &self->children[step->handle];
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
        child->accepted_ns = step->event->ts_ns;
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
    if (child->accepted_ns > 0) {
        execution->rests++;
        execution->rest_sum += step->event->ts_ns - child->accepted_ns;
    }
    return 0;
}

const struct instrument *executions_instrument(const struct executions *self,
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
int32_t executions_decimals(const struct executions *self, const struct execution *execution) {
    const struct instrument *instrument = executions_instrument(self, execution);
    int32_t value = value_decimals(instrument), money = currency_decimals(self, instrument);
    return value > money ? value : money;
}

// Price x quantity in mantissas as an amount.
static int128_t amount(const struct executions *self, const struct execution *execution,
                       int128_t value) {
    const struct instrument *instrument = executions_instrument(self, execution);
    int32_t more = executions_decimals(self, execution) - value_decimals(instrument);
    return value * instrument->multiplier * (int128_t)decimal_pow10(more);
}

static int128_t fees(const struct executions *self, const struct execution *execution) {
    int32_t have = currency_decimals(self, executions_instrument(self, execution));
    return execution->fees * (int128_t)decimal_pow10(executions_decimals(self, execution) - have);
}

// Price x quantity of a part, positive a cost.
static int128_t part_value(const struct execution *execution, enum execution_part part) {
    int128_t filled = execution->filled, side = execution->side;
    switch (part) {
    case EXECUTION_DELAY:
        return side * filled * (execution->arrival - execution->decision);
    case EXECUTION_TIMING:
        return side * (execution->sent_at - filled * execution->arrival);
    case EXECUTION_SPREAD:
        return side * (execution->touched - execution->sent_at);
    case EXECUTION_IMPACT:
        return side * (execution->traded - execution->touched);
    default: // EXECUTION_OPPORTUNITY
        return side * (execution->ordered - filled) * (execution->end - execution->decision);
    }
}

static int128_t shortfall(const struct executions *self, const struct execution *execution) {
    int128_t filled = execution->filled, side = execution->side;
    int128_t value = side * (execution->traded - filled * execution->decision) +
                     side * (execution->ordered - filled) * (execution->end - execution->decision);
    return amount(self, execution, value) + fees(self, execution);
}

int128_t executions_part(const struct executions *self, const struct execution *execution,
                         enum execution_part part) {
    if (part == EXECUTION_FEES) return fees(self, execution);
    if (part == EXECUTION_SHORTFALL) return shortfall(self, execution);
    return amount(self, execution, part_value(execution, part));
}

int128_t executions_ordered(const struct executions *self, const struct execution *execution) {
    return amount(self, execution, (int128_t)execution->ordered * execution->decision);
}

// One that is worked still at the end of the data is valued at the last price.
void executions_end(struct executions *self, const struct fold_view *view) {
    for (size_t i = 0; i < self->count; i++) {
        struct execution *execution = &self->items[i];
        if (execution->reason == ALGO_REASON_NONE)
            execution->end = view->board->rows[execution->instrument].last.m;
        int128_t sum = 0;
        for (int part = EXECUTION_DELAY; part <= EXECUTION_FEES; part++)
            sum += executions_part(self, execution, (enum execution_part)part);
        CHECK(sum == shortfall(self, execution));
    }
}
