// SPDX-License-Identifier: Apache-2.0
// Kraken's checksum of a book: CRC-32 over its ten best asks and its ten best bids, of each the price and the quantity
// as the venue writes them, without the point and the zeros before the first digit (Kraken, "How to maintain a valid
// order book").
#ifndef FULMAR_EDGE_STORE_BOOK_CHECKSUM_H
#define FULMAR_EDGE_STORE_BOOK_CHECKSUM_H

#include "market/book_l2.h"

struct book_checksum {
    int price_decimals;   // of the book's ticks
    int qty_decimals;     // and of its quantities
    int32_t price_places; // digits behind the point, as the venue writes them
    int32_t qty_places;
};

uint32_t book_checksum_of(const struct book_checksum *form, const struct book_l2 *book);

#endif
