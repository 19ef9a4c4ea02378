// SPDX-License-Identifier: Apache-2.0
#include "app/data/feed_view.h"

#include <stdlib.h>

#include "base/arena.h"
#include "market/feed_book.h"

enum { ORDERS_MAX = 1 << 20 };

struct feed_view {
    struct tape *tape;
    struct arena arena;
    struct feed_book by_price;
    struct book_l3 by_order;
    struct book_l2_level *levels; // [FEED_VIEW_LEVELS_MAX]
    struct feed_view_state state;
    uint32_t partition;
    uint64_t row;
};

static const struct feed_book_config BOOK = {{.window = 1 << 14, .level_max = FEED_VIEW_LEVELS_MAX},
                                             1 << 14};
static const struct book_l3_config ORDERS = {ORDERS_MAX, FEED_VIEW_LEVELS_MAX};
static const size_t ARENA_SIZE = (size_t)256 << 20; // touched as it is used

static int view_start(struct feed_view *view, const char *root, const char *series);
static void record_take(struct feed_view *view, const struct feed_record *record);

int feed_view_open(const char *root, const char *series, struct feed_view **ret_view) {
    struct feed_view *view = calloc(1, sizeof *view);
    if (view == NULL) return ERR_SET(ERR_NOMEM, "no memory to play a feed");
    int rc = view_start(view, root, series);
    if (rc < 0) {
        feed_view_close(view);
        return rc;
    }
    *ret_view = view;
    return 0;
}

void feed_view_close(struct feed_view *view) {
    if (view == NULL) return;
    tape_close(view->tape);
    if (view->arena.base != NULL) arena_fini(&view->arena);
    free(view);
}

const struct tape *feed_view_tape(const struct feed_view *view) {
    return view->tape;
}

void feed_view_advance(struct feed_view *view, int64_t ns,
                       void (*trade)(void *self, const struct feed_record *record), void *self) {
    for (; view->partition < tape_partition_count(view->tape); view->partition++, view->row = 0) {
        struct tape_feed feed = tape_feed(view->tape, view->partition);
        for (; view->row < feed.count; view->row++) {
            if (feed.receipt_ns[view->row] > ns) return;
            struct feed_record record = tape_feed_record(&feed, view->row);
            record_take(view, &record);
            if (trade != NULL && feed_kind_of(record.what) == FEED_TRADE) trade(self, &record);
        }
    }
}

uint32_t feed_view_levels(const struct feed_view *view, int side, struct book_l3_level *ret_levels,
                          uint32_t max) {
    if (view->state.by_order) return book_l3_levels(&view->by_order, side, ret_levels, max);
    if (max > FEED_VIEW_LEVELS_MAX) max = FEED_VIEW_LEVELS_MAX;
    uint32_t count = book_l2_levels(&view->by_price.l2, side, view->levels, max);
    for (uint32_t i = 0; i < count; i++)
        ret_levels[i] = (struct book_l3_level){view->levels[i].tick, view->levels[i].qty, 0, 0};
    return count;
}

uint32_t feed_view_level_count(const struct feed_view *view, int side) {
    return view->state.by_order ? book_l3_level_count(&view->by_order, side)
                                : book_l2_count(&view->by_price.l2, side);
}

const struct book_l2 *feed_view_by_price(const struct feed_view *view) {
    return &view->by_price.l2;
}

struct feed_view_state feed_view_state(const struct feed_view *view) {
    struct feed_view_state state = view->state;
    state.synced = !state.by_order && view->by_price.synced;
    state.unknown = state.by_order ? book_l3_outcomes(&view->by_order, BOOK_L3_UNKNOWN) : 0;
    return state;
}

static int view_start(struct feed_view *view, const char *root, const char *series) {
    struct tape_series found;
    TRY(tape_find(root, series, &found));
    if (found.kind != TAPE_FEED)
        return ERR_SET(ERR_ARGUMENT, "%s is no feed; fulmar data info lists the series", series);
    TRY(tape_open(root, &found, &view->tape));
    TRY(arena_init(&view->arena, ARENA_SIZE));
    TRY(feed_book_init(&view->by_price, &view->arena, &BOOK));
    TRY(book_l3_init(&view->by_order, &view->arena, &ORDERS));
    view->levels = ARENA_NEW(&view->arena, struct book_l2_level, FEED_VIEW_LEVELS_MAX);
    return view->levels == NULL ? ERR_NOMEM : 0;
}

static void record_take(struct feed_view *view, const struct feed_record *record) {
    enum feed_kind kind = feed_kind_of(record->what);
    bool order = kind >= FEED_ADD && kind <= FEED_EXECUTE;
    bool level = kind == FEED_LEVEL || kind == FEED_SNAPSHOT;
    view->state.records++;
    if (order) {
        view->state.by_order = true;
        (void)book_l3_apply(&view->by_order, record);
    } else {
        feed_book_apply(&view->by_price, record);
    }
    if (!order && !level) return;
    view->state.receipt_ns = record->receipt_ns;
    view->state.venue_ns = record->venue_ns;
}
