// SPDX-License-Identifier: Apache-2.0
#include "app/data/micro_play.h"

#include <stdlib.h>

enum { WINDOW = 1 << 14, LEVELS = 1 << 16, KEPT = 1 << 14, ORDERS = 1 << 20 };

static void look(struct micro_play *play, bool *ret_orders, bool *ret_useful);
static int play_all(struct micro_play *play, struct micro_feed *feed);
static int spans(struct micro_play *play, struct micro_feed *feed, int64_t until_ns, int64_t *next);

int micro_play_run(struct micro_play *play) {
    struct arena arena;
    struct micro_feed feed;
    bool orders, useful;
    look(play, &orders, &useful);
    if (!useful)
        return ERR_SET(ERR_UNSUPPORTED,
                       "the feed tells neither a book nor trades, only best prices or "
                       "faults");
    const struct micro_feed_config config = {
        .by_price = {{.window = WINDOW, .level_max = LEVELS}, KEPT},
        .by_order = {.order_max = orders ? ORDERS : 0, .level_max = orders ? LEVELS : 0},
        .hidden = play->hidden,
        .unpictured = !play->pictures};
    TRY(arena_init(&arena, micro_feed_size(&play->set, &config)));
    int rc = micro_feed_init(&feed, &arena, &play->set, &config);
    if (rc == 0) rc = play_all(play, &feed);
    if (rc == 0 && play->end != NULL) rc = play->end(play->self, &feed);
    arena_fini(&arena);
    return rc;
}

// What kinds of records there are.
static void look(struct micro_play *play, bool *ret_orders, bool *ret_useful) {
    *ret_orders = *ret_useful = play->pictures = false;
    for (uint32_t p = 0; p < tape_partition_count(play->tape); p++) {
        struct tape_feed feed = tape_feed(play->tape, p);
        for (uint64_t row = 0; row < feed.count; row++) {
            enum feed_kind kind = feed_kind_of(feed.what[row]);
            play->pictures = play->pictures || kind == FEED_SNAPSHOT;
            *ret_orders = *ret_orders || (kind >= FEED_ADD && kind <= FEED_EXECUTE);
            *ret_useful = *ret_useful || kind == FEED_LEVEL || kind == FEED_TRADE;
        }
    }
    *ret_useful = *ret_useful || *ret_orders || play->pictures;
    play->by_order = *ret_orders;
}

static bool is_crossed(const struct micro_feed *feed) {
    const struct micro_view *view = micro_set_view(feed->set, feed->state);
    return micro_has_touch(view) && view->now[0].price[0] >= view->now[1].price[0];
}

static int play_all(struct micro_play *play, struct micro_feed *feed) {
    int64_t now_ns = INT64_MIN, next = INT64_MIN; // the next span's end
    for (uint32_t p = 0; p < tape_partition_count(play->tape); p++) {
        struct tape_feed rows = tape_feed(play->tape, p);
        for (uint64_t i = 0; i < rows.count; i++) {
            struct feed_record record = tape_feed_record(&rows, i);
            int64_t ns = play->venue_clock ? record.venue_ns : record.receipt_ns;
            if (ns > now_ns) now_ns = ns; // the venue's may go back
            if (now_ns > play->to_ns) return spans(play, feed, play->to_ns, &next);
            if (play->every_ns > 0) TRY(spans(play, feed, now_ns - 1, &next));
            enum micro_feed_event event = micro_feed_apply(feed, &record, now_ns);
            play->records++;
            play->changes += event == MICRO_FEED_BOOK;
            play->crossed += event == MICRO_FEED_BOOK && is_crossed(feed);
            play->trades += event == MICRO_FEED_TRADE;
            if (play->every_ns > 0 || event == MICRO_FEED_NOTHING || now_ns < play->from_ns)
                continue;
            play->rows++;
            TRY(play->row(play->self, now_ns, event, micro_set_outputs(feed->set, feed->state, 0)));
        }
    }
    return play->every_ns > 0 ? spans(play, feed, now_ns, &next) : 0;
}

// Rows of the spans that end by until_ns; spans end at multiples of their length.
static int spans(struct micro_play *play, struct micro_feed *feed, int64_t until_ns,
                 int64_t *next) {
    if (play->every_ns == 0 || until_ns == INT64_MIN) return 0;
    if (*next == INT64_MIN) {
        int64_t first = until_ns > play->from_ns ? until_ns : play->from_ns;
        *next = (first / play->every_ns + (first % play->every_ns > 0)) * play->every_ns;
    }
    for (; *next <= until_ns; *next += play->every_ns) {
        micro_set_time(feed->set, feed->state, *next);
        play->rows++;
        TRY(play->row(play->self, *next, MICRO_FEED_NOTHING,
                      micro_set_outputs(feed->set, feed->state, 0)));
    }
    return 0;
}
