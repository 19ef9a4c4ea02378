// SPDX-License-Identifier: Apache-2.0
// The tape: market data on disk, columnar and memory-mapped, so that reading it is pointer
// arithmetic.
//
// A series is what one (venue, symbol, kind) did over time: bars of one frame, mid-price bars,
// trades, quotes or a recorded feed. It is a directory <root>/<venue>/<symbol>/<kind> with
//   manifest.json        the series' instrument, its partitions and where they came from
//   <key>-<hash>.tape    partitions; a name is derived from the content, so that equal bytes are one file
// A partition covers a UTC day (trades, quotes, feeds, bars under a minute), a UTC month (bars under an
// hour) or everything (hourly and longer bars): one file a day would make a daily bar a file of its
// own.
//
// Invariants. The rename of manifest.json is the only commit point: a partition that it does not
// list is not part of the tape, so a writer killed at any instant leaves the old tape whole.
// Partitions are in time order and do not overlap; inside one, bars have strictly rising open_ns
// and never falling close_ns; trades and quotes have never falling ts, feeds never falling receipt_ns
// and records that feed_record_valid() takes. Files are little-endian and
// never written again.
//
// A reader keeps what it opened even when a writer commits meanwhile. One thread per struct tape.
#ifndef FULMAR_EDGE_STORE_TAPE_H
#define FULMAR_EDGE_STORE_TAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "market/feed.h"
#include "market/instrument.h"
#include "market/source.h"

enum tape_kind {
    TAPE_BARS = 1,   // bars made of trades: "bar-1m"
    TAPE_MIDS = 2,   // bars made of mid prices of quotes: "mid-1m"
    TAPE_TRADES = 3, // "trade"
    TAPE_QUOTES = 4, // "quote"
    TAPE_FEED = 5,   // what a venue said, change by change (market/feed.h): "feed"
    TAPE_KIND_END
};

enum {
    TAPE_COLUMNS_MAX = 8,
    TAPE_NAME_SIZE = VENUE_NAME_SIZE + SYMBOL_SIZE + 24, // "VENUE/SYMBOL/bar-1m"
    TAPE_PATH_SIZE = 4096
};

struct tape_series {
    char venue[VENUE_NAME_SIZE]; // NUL-padded
    char symbol[SYMBOL_SIZE];    // NUL-padded
    uint32_t kind;               // enum tape_kind
    uint32_t frame_s;            // bars: nominal length in seconds; 0 otherwise
};

// "COINBASE/BTC-USD/bar-1m". ERR_PARSE with what would be right; ERR_RANGE for a name that is too
// long.
int tape_series_parse(const char *text, struct tape_series *ret_series) MUST_USE;
void tape_series_print(const struct tape_series *series, char buf[TAPE_NAME_SIZE]);

// The series' directory. Bytes outside [A-Za-z0-9._-] and a leading point are written %XX.
// ERR_RANGE: longer than TAPE_PATH_SIZE.
int tape_series_path(const char *root, const struct tape_series *series,
                     char ret_path[TAPE_PATH_SIZE]) MUST_USE;

// What does not change from row to row.
struct tape_meta {
    struct instrument instrument;      // currency is UINT32_MAX: the reader's table numbers it
    char currency[CURRENCY_CODE_SIZE]; // NUL-padded
    uint32_t bar_flags;                // enum bar_flags of every bar
    uint32_t reserved;
};

struct tape;

// Reads the manifest and maps the partitions; of these it checks the headers, tape_verify the rest.
// ERR_NOT_FOUND, ERR_CORRUPT, ERR_UNSUPPORTED, ERR_IO.
int tape_open(const char *root, const struct tape_series *series, struct tape **ret_tape) MUST_USE;
void tape_close(struct tape *tape); // NULL is fine

const struct tape_series *tape_series_of(const struct tape *tape);
const struct tape_meta *tape_meta(const struct tape *tape);
uint64_t tape_count(const struct tape *tape); // rows
uint64_t tape_bytes(const struct tape *tape); // of all partition files
uint32_t tape_partition_count(const struct tape *tape);
uint64_t tape_partition_rows(const struct tape *tape, uint32_t partition);
const char *tape_directory(const struct tape *tape);
// Of a partition's content: the same rows have the same mark.
uint32_t tape_partition_mark(const struct tape *tape, uint32_t partition);
int64_t
tape_first_ns(const struct tape *tape); // open of the first bar, time of the first tick; 0 if empty
int64_t
tape_last_ns(const struct tape *tape); // close of the last bar, time of the last tick; 0 if empty

// The columns of one partition, valid until tape_close. Mantissas are at the meta's decimals.
struct tape_bars {
    const int64_t *open_ns;
    const int64_t *close_ns;
    const int64_t *open;
    const int64_t *high;
    const int64_t *low;
    const int64_t *close;
    const int64_t *volume;
    uint64_t count;
};
struct tape_trades {
    const int64_t *ts_ns;
    const int64_t *price;
    const int64_t *qty;
    const int64_t *trade_id; // the bits of a uint64
    const int64_t *side;     // +1 buyer was the aggressor, -1 seller, 0 unknown
    uint64_t count;
};
struct tape_quotes {
    const int64_t *ts_ns;
    const int64_t *bid; // 0: none
    const int64_t *bid_qty;
    const int64_t *ask; // 0: none
    const int64_t *ask_qty;
    uint64_t count;
};
struct tape_feed {
    const int64_t *receipt_ns; // never falling
    const int64_t *venue_ns;
    const int64_t *price;
    const int64_t *qty;
    const int64_t *id;   // the bits of a uint64
    const int64_t *what; // feed_what()
    uint64_t count;
};
// They CHECK the kind and the index.
struct tape_bars tape_bars(const struct tape *tape, uint32_t partition);
struct tape_trades tape_trades(const struct tape *tape, uint32_t partition);
struct tape_quotes tape_quotes(const struct tape *tape, uint32_t partition);
struct tape_feed tape_feed(const struct tape *tape, uint32_t partition);

static inline struct feed_record tape_feed_record(const struct tape_feed *feed, uint64_t row) {
    return (struct feed_record){feed->venue_ns[row], feed->receipt_ns[row],   feed->price[row],
                                feed->qty[row],      (uint64_t)feed->id[row], feed->what[row]};
}

// Reads every byte: checksums, counts, order of rows, soundness of feed records, agreement with the
// manifest. ERR_CORRUPT names the file.
int tape_verify(const struct tape *tape) MUST_USE;

// Holes of a bar series: how often the next bar opens later than the frame says. Where the market
// closes, a daily bar's successor is that of the next session, and shorter bars are compared within
// a trading day.
struct tape_gaps {
    uint64_t count;
    int64_t longest_ns; // from one open to the next
    int64_t longest_at; // open_ns of the bar before the longest
};
struct tape_gaps tape_gaps(const struct tape *tape);
// Whether bars that open at these instants, one after the other, have such a hole between them.
bool tape_is_gap(enum calendar_id calendar, uint32_t frame_s, int64_t open_ns, int64_t next_ns);

// Calls `visit` for every series under root in the order of names; a negative return stops and is
// returned. A root that does not exist has no series.
struct tape_visitor {
    int (*visit)(void *self, const struct tape_series *series);
    void *self;
};
int tape_list(const char *root, const struct tape_visitor *visitor) MUST_USE;

// Finds the one series that `text` names: all of "VENUE/SYMBOL/kind", or a part that is unambiguous
// ("SYMBOL", "VENUE/SYMBOL", "SYMBOL/bar-1d"). ERR_NOT_FOUND; ERR_ARGUMENT lists the candidates.
int tape_find(const char *root, const char *text, struct tape_series *ret_series) MUST_USE;

// The rows of bars, trades or quotes (CHECKed) with from_ns <= ts < to_ns as events of one
// instrument, where ts is the bar's close (a bar is known when it closes) or the tick's time. The
// tape outlives the source. NULL: the arena is full.
struct tape_source;
struct tape_source *tape_source_new(struct arena *arena, struct tape *tape, uint32_t instrument,
                                    int64_t from_ns, int64_t to_ns);
struct event_source tape_source_port(struct tape_source *source);

#endif
