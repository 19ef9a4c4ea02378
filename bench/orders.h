// SPDX-License-Identifier: Apache-2.0
// A seeded stream of orders of one instrument, with the mix of a day of NASDAQ: of a thousand messages about 450
// add, 390 delete, 90 replace, 50 execute and 20 cancel a part. Most deletions meet orders that are young, most
// orders stand near the touch, and the book never crosses.
#ifndef FULMAR_BENCH_ORDERS_H
#define FULMAR_BENCH_ORDERS_H

#include <stddef.h>
#include <stdint.h>

#include "market/feed.h"

// Fills `count` records; order numbers count up from 1. A replacement is two records, the first without FEED_LAST.
// Negative: no memory.
int bench_orders(uint64_t seed, uint64_t count, uint32_t live, struct feed_record *ret_records);

// The same as ITCH 5.0 frames, in memory from malloc; a replacement is one message. NULL: no memory.
uint8_t *bench_orders_itch(const struct feed_record *records, uint64_t count, size_t *ret_size,
                           uint64_t *ret_messages);

#endif
