// SPDX-License-Identifier: Apache-2.0
// Databento's binary encoding (DBN), versions 1 to 3: the header and the records as they lie in a file.
//
// A file is "DBN", the version, the header's length, the header, then records to its end, little-endian. A record
// begins with its own length in units of four bytes and its type; one that is longer than this version knows it
// has something behind. Sizes and offsets are those of the records' published layouts.
#ifndef FULMAR_EDGE_STORE_DBN_H
#define FULMAR_EDGE_STORE_DBN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "edge/store/import_input.h"

enum dbn_type {
    DBN_TRADE = 0x00,
    DBN_MBP_1 = 0x01, // also of schema tbbo
    DBN_MBP_10 = 0x0a,
    DBN_STATUS = 0x12,
    DBN_OHLCV_1S = 0x20,
    DBN_OHLCV_1M = 0x21,
    DBN_OHLCV_1H = 0x22,
    DBN_OHLCV_1D = 0x23,
    DBN_MBO = 0xa0,
    DBN_CMBP_1 = 0xb1,
    DBN_CBBO_1S = 0xc0,
    DBN_CBBO_1M = 0xc1,
    DBN_TCBBO = 0xc2,
    DBN_BBO_1S = 0xc3,
    DBN_BBO_1M = 0xc4
};
enum { DBN_SCHEMA_TBBO = 3 };

enum dbn_flag {
    DBN_LAST = 128,   // of its event
    DBN_BAD_BOOK = 4, // a gap that was not recovered
    DBN_SYMBOL_SIZE = 71,
    DBN_DATASET_SIZE = 16
};

#define DBN_NO_PRICE INT64_MAX
#define DBN_NO_TIME UINT64_MAX

struct dbn_head {
    uint8_t length; // of the record, in units of four bytes
    uint8_t type;
    uint16_t publisher;
    uint32_t instrument;
    uint64_t event_ns;
};
struct dbn_mbo {
    struct dbn_head head;
    uint64_t order;
    int64_t price; // of nine decimals
    uint32_t size;
    uint8_t flags;
    uint8_t channel;
    char action; // Add, Cancel, Modify, cleaR, Trade, Fill, None
    char side;   // Bid, Ask, None: of the order, or of the aggressor in a trade
    uint64_t receipt_ns;
    int32_t in_delta;
    uint32_t sequence;
};
struct dbn_level {
    int64_t bid;
    int64_t ask;
    uint32_t bid_size;
    uint32_t ask_size;
    uint32_t bid_count; // of consolidated books: publishers
    uint32_t ask_count;
};
enum { DBN_LEVELS = 10 };
// Trades, and prices with the levels behind them: none, one or ten.
struct dbn_mbp {
    struct dbn_head head;
    int64_t price;
    uint32_t size;
    char action;
    char side;
    uint8_t flags;
    uint8_t depth;
    uint64_t receipt_ns;
    int32_t in_delta;
    uint32_t sequence;
    struct dbn_level levels[DBN_LEVELS];
};
struct dbn_ohlcv {
    struct dbn_head head;
    int64_t open;
    int64_t high;
    int64_t low;
    int64_t close;
    uint64_t volume;
};
struct dbn_status {
    struct dbn_head head;
    uint64_t receipt_ns;
    uint16_t action;
    uint16_t reason;
    uint16_t trading_event;
    char is_trading;
    char is_quoting;
    char is_short_sell_restricted;
    char reserved[7];
};
_Static_assert(sizeof(struct dbn_mbo) == 56, "file format");
_Static_assert(offsetof(struct dbn_mbp, levels) == 48, "file format");
_Static_assert(sizeof(struct dbn_mbp) == 368, "file format");
_Static_assert(sizeof(struct dbn_ohlcv) == 56, "file format");
_Static_assert(sizeof(struct dbn_status) == 40, "file format");

union dbn_record {
    struct dbn_head head;
    struct dbn_mbo mbo;
    struct dbn_mbp mbp;
    struct dbn_ohlcv ohlcv;
    struct dbn_status status;
};

struct dbn_header {
    char dataset[DBN_DATASET_SIZE + 1];
    uint8_t version;
    uint16_t schema; // UINT16_MAX: mixed
    uint8_t stype_in;
    uint8_t stype_out;
};

struct dbn_reader {
    struct import_input *input;
    const uint8_t *data;
    size_t size;  // at hand
    size_t taken; // of them
};

// What the header says of a symbol over days [start, end), which are numbers like 20231225.
struct dbn_mapping {
    char symbol[DBN_SYMBOL_SIZE + 1]; // as it was asked for
    char name[DBN_SYMBOL_SIZE + 1];   // what it is in the records: an instrument's number as text
    uint32_t start;
    uint32_t end;
};
struct dbn_mappings {
    int (*take)(void *self, const struct dbn_mapping *mapping); // negative: stop
    void *self;
};

// Reads the header of an open entry. ERR_CORRUPT: not DBN, or lengths that contradict each other; ERR_UNSUPPORTED:
// another version; ERR_TRUNCATED; what `take` returns.
int dbn_open(struct import_input *input, const struct dbn_mappings *mappings,
             struct dbn_reader *ret_reader, struct dbn_header *ret_header) MUST_USE;

// The next record, and how many of its bytes there are in *ret_record; the rest of that is zero. ERR_END after the last
// (no story), ERR_CORRUPT, ERR_TRUNCATED.
int dbn_next(struct dbn_reader *reader, union dbn_record *ret_record, size_t *ret_size) MUST_USE;

#endif
