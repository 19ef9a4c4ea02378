// SPDX-License-Identifier: Apache-2.0
// The registry of importers: one line each, X(name) for `const struct importer import_<name>`. Where two
// are as sure that a file is theirs, the first has it.
#ifndef FULMAR_EDGE_STORE_IMPORT_LIST_H
#define FULMAR_EDGE_STORE_IMPORT_LIST_H

// clang-format off
#define IMPORT_LIST(X) \
    X(csv) \
    X(bitfinex) \
    X(binance) \
    X(lean) \
    X(itch) \
    X(dbn) \
    X(lobster) \
    X(ws)
// clang-format on

#endif
