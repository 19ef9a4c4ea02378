// SPDX-License-Identifier: Apache-2.0
#include "report/book_path.h"

#include <stdlib.h>

void book_path_init(struct book_path *path, int64_t width_ns) {
    *path = (struct book_path){.width_ns = width_ns};
}

void book_path_fini(struct book_path *path) {
    free(path->points);
}

static price_t lower(price_t a, price_t b) {
    return a.m == 0 || (b.m != 0 && b.m < a.m) ? b : a;
}

static price_t higher(price_t a, price_t b) {
    return b.m > a.m ? b : a;
}

static void halve(struct book_path *path) {
    struct book_point *points = path->points;
    size_t kept = 0;
    for (size_t i = 0; i < path->count; i++) {
        int64_t at = (points[i].ts_ns - path->start_ns) / path->width_ns / 2;
        int64_t last =
            kept == 0 ? -1 : (points[kept - 1].ts_ns - path->start_ns) / path->width_ns / 2;
        struct book_point point = points[i];
        if (at == last) {
            const struct book_point *before = &points[--kept];
            point.bid_low = lower(before->bid_low, point.bid_low);
            point.ask_high = higher(before->ask_high, point.ask_high);
        }
        points[kept++] = point;
    }
    path->count = kept;
    path->width_ns *= 2;
}

// The point that an instant belongs to. A new one begins with what stood before.
static struct book_point *point_at(struct book_path *path, int64_t ts_ns) {
    if (path->points == NULL) {
        path->points = calloc(BOOK_PATH_MAX, sizeof *path->points);
        if (path->points == NULL) return NULL;
        path->start_ns = ts_ns;
    }
    if (path->count == 0) path->points[path->count++] = (struct book_point){.ts_ns = ts_ns};
    struct book_point *last = &path->points[path->count - 1];
    int64_t width_ns = path->width_ns, start_ns = path->start_ns;
    if (ts_ns <= last->ts_ns) return last;
    if ((ts_ns - start_ns) / width_ns > (last->ts_ns - start_ns) / width_ns) {
        if (path->count == BOOK_PATH_MAX) {
            halve(path);
            return point_at(path, ts_ns);
        }
        struct book_point next = *last;
        next.bid_low = next.bid;
        next.ask_high = next.ask;
        last = &path->points[path->count++];
        *last = next;
    }
    last->ts_ns = ts_ns;
    return last;
}

int book_path_touch(struct book_path *path, int64_t ts_ns, price_t bid, price_t ask) {
    struct book_point *point = point_at(path, ts_ns);
    if (point == NULL) return ERR_SET(ERR_NOMEM, "no memory for the chart of a book");
    point->bid = bid;
    point->ask = ask;
    point->bid_low = lower(point->bid_low, bid);
    point->ask_high = higher(point->ask_high, ask);
    return 0;
}

int book_path_step(struct book_path *path, int64_t ts_ns, price_t own_bid, price_t own_ask,
                   int64_t position) {
    struct book_point *point = point_at(path, ts_ns);
    if (point == NULL) return ERR_SET(ERR_NOMEM, "no memory for the chart of a book");
    point->own_bid = own_bid;
    point->own_ask = own_ask;
    point->position = position;
    return 0;
}
