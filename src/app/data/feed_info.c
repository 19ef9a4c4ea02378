// SPDX-License-Identifier: Apache-2.0
#include "app/data/feed_info.h"

#include <stdio.h>
#include <stdlib.h>

struct tally {
    uint64_t kinds[FEED_KIND_END];
    uint64_t faults[FEED_FAULT_END];
    uint64_t messages;
    int64_t *ahead_ns; // [count]
    uint64_t count;
};

static void feed_tally(struct tally *tally, const struct tape_feed *feed);
static int by_value(const void *a, const void *b);
static void count_set(json_t *object, const char *prefix, const char *name, uint64_t count);

int feed_info_add(const struct tape *tape, json_t *object) {
    struct tally tally = {.ahead_ns = malloc((tape_count(tape) + 1) * sizeof(int64_t))};
    if (tally.ahead_ns == NULL) return ERR_SET(ERR_NOMEM, "no memory to look at a feed");
    for (uint32_t i = 0; i < tape_partition_count(tape); i++) {
        struct tape_feed feed = tape_feed(tape, i);
        feed_tally(&tally, &feed);
    }
    json_object_set_new(object, "messages", json_integer((json_int_t)tally.messages));
    for (int kind = 1; kind < FEED_KIND_END; kind++)
        if (tally.kinds[kind] > 0)
            count_set(object, "records", feed_kind_name((enum feed_kind)kind), tally.kinds[kind]);
    for (int fault = 1; fault < FEED_FAULT_END; fault++)
        if (tally.faults[fault] > 0)
            count_set(object, "faults", feed_fault_name((enum feed_fault)fault),
                      tally.faults[fault]);
    if (tally.count > 0) {
        qsort(tally.ahead_ns, tally.count, sizeof(int64_t), by_value);
        json_object_set_new(object, "clock_ahead_min_ns", json_integer(tally.ahead_ns[0]));
        json_object_set_new(object, "clock_ahead_median_ns",
                            json_integer(tally.ahead_ns[tally.count / 2]));
    }
    free(tally.ahead_ns);
    return 0;
}

static void feed_tally(struct tally *tally, const struct tape_feed *feed) {
    for (uint64_t i = 0; i < feed->count; i++) {
        enum feed_kind kind = feed_kind_of(feed->what[i]);
        tally->kinds[kind]++;
        if (kind == FEED_FAULT) tally->faults[feed->qty[i]]++;
        if ((feed_flags_of(feed->what[i]) & FEED_LAST) == 0) continue;
        tally->messages++;
        if (kind == FEED_FAULT || feed->venue_ns[i] == feed->receipt_ns[i]) continue;
        tally->ahead_ns[tally->count++] = feed->receipt_ns[i] - feed->venue_ns[i];
    }
}

static int by_value(const void *a, const void *b) {
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void count_set(json_t *object, const char *prefix, const char *name, uint64_t count) {
    char key[64];
    snprintf(key, sizeof key, "%s_%s", prefix, name);
    json_object_set_new(object, key, json_integer((json_int_t)count));
}
