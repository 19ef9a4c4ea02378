// SPDX-License-Identifier: Apache-2.0
// A feed of the tape played into a set of features, and the rows that are told of it: one an event, or one each span.
#ifndef FULMAR_APP_DATA_MICRO_PLAY_H
#define FULMAR_APP_DATA_MICRO_PLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "edge/store/tape.h"
#include "quant/micro/micro_feed.h"

enum { MICRO_PLAY_COLUMNS_MAX = 512 };

struct micro_play {
    const struct tape *tape;
    struct micro_set set; // filled in by the caller
    int64_t from_ns;      // rows from here on, by the clock; what came before is heard all the same
    int64_t to_ns;        // and until here, that instant included
    int64_t every_ns;     // 0: a row an event
    bool venue_clock;     // the clock is the venue's, else the recorder's
    bool hidden;          // trades against hidden orders are told
    // A row. `event` is MICRO_FEED_NOTHING for one of a span. Negative stops.
    int (*row)(void *self, int64_t ns, enum micro_feed_event event, const double *outputs);
    int (*end)(void *self, const struct micro_feed *feed); // after the last; NULL: not wanted
    void *self;
    // Set by micro_play_run.
    uint64_t records, changes, trades, rows;
    uint64_t crossed; // changes after which the best bid is not below the best ask
    bool by_order;
    bool pictures; // the feed has any
};

// ERR_NOMEM, ERR_UNSUPPORTED (no book in the feed, nor a trade), what `row` or `end` returned.
int micro_play_run(struct micro_play *play) MUST_USE;

#endif
