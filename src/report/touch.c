// SPDX-License-Identifier: Apache-2.0
#include "report/touch.h"

#include <stdlib.h>

void touches_fini(struct touches *touches) {
    free(touches->items);
    *touches = (struct touches){0};
}

static struct touch *item(const struct touches *touches, uint64_t at) {
    return &touches->items[at & (TOUCHES_MAX - 1)];
}

int touches_add(struct touches *touches, int64_t ts_ns, price_t bid, price_t ask) {
    if (touches->items == NULL) {
        touches->items = calloc(TOUCHES_MAX, sizeof *touches->items);
        if (touches->items == NULL) return ERR_SET(ERR_NOMEM, "no memory for best prices");
    }
    struct touch *last = touches->count > 0 ? item(touches, touches->count - 1) : NULL;
    if (last != NULL && ts_ns <= last->ts_ns)
        ts_ns = last->ts_ns;
    else
        last = item(touches, touches->count++);
    *last = (struct touch){ts_ns, bid, ask};
    return 0;
}

const struct touch *touches_at(const struct touches *touches, int64_t ts_ns) {
    uint64_t low = touches->count > TOUCHES_MAX ? touches->count - TOUCHES_MAX : 0;
    uint64_t high = touches->count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (item(touches, middle)->ts_ns <= ts_ns)
            low = middle + 1;
        else
            high = middle;
    }
    bool forgotten = touches->count > TOUCHES_MAX && low == touches->count - TOUCHES_MAX;
    return low == 0 || forgotten ? NULL : item(touches, low - 1);
}

int64_t touches_last_ns(const struct touches *touches) {
    return touches->count > 0 ? item(touches, touches->count - 1)->ts_ns : INT64_MIN;
}
