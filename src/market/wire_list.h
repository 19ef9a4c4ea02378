// SPDX-License-Identifier: Apache-2.0
// The registry of dialects: one line each, X(name) for `const struct wire_dialect wire_<name>`.
#ifndef FULMAR_MARKET_WIRE_LIST_H
#define FULMAR_MARKET_WIRE_LIST_H

// clang-format off
#define WIRE_LIST(X) \
    X(binance) \
    X(bitstamp) \
    X(bybit) \
    X(coinbase) \
    X(gemini) \
    X(kraken)
// clang-format on

#endif
