// SPDX-License-Identifier: Apache-2.0
// A recorded session of Binance as feed records, read the plain way: every line through a JSON
// library, all kept in memory, sorted by the venue's time.
#ifndef FULMAR_TEST_GOLDEN_RECORDING_H
#define FULMAR_TEST_GOLDEN_RECORDING_H

#include "market/feed.h"

struct recording {
    struct feed_record *records;
    size_t count;
    size_t max;
    struct feed_rows rows; // the same as columns, after recording_columns()
    int64_t *columns;
    int price_decimals;
    int qty_decimals;
};

// Prices in tenths, quantities in thousandths. Skips the test where the file is absent.
void recording_load(struct recording *recording, const char *path);
// The same in units of other decimals, for spot and COIN-M. Spot tells no time of its pictures: they have that of the
// message before.
void recording_load_as(struct recording *recording, const char *path, int price_decimals,
                       int qty_decimals);
// SHA-256 over a line a record: milliseconds, kind, side, price, quantity.
void recording_digest(const struct recording *recording, char ret_text[65]);
// The session `passes` times over: every copy but the first begins with a cleared book one nanosecond before its
// first record, and comes a second after the one before it.
void recording_columns(struct recording *recording, int passes);
void recording_free(struct recording *recording);

#endif
