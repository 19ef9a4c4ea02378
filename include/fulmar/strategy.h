// SPDX-License-Identifier: Apache-2.0
// The public contract of strategies that are built outside Fulmar and loaded at run time:
//
//     cc -shared -fPIC -O2 -ffp-contract=off -o my.so my.c
//     fulmar backtest --data AAPL --strategy ./my.so:fast=10,slow=30 ...
//
// A plug-in exports one object, `const struct fulmar_strategy fulmar_strategy`, which begins with
// FULMAR_STRATEGY_HEAD. The program refuses another version of this contract, other sizes of its structs and a faulty
// table, and says which. This header needs nothing but a C11 compiler's own headers.
//
// Version 1: strategies on bars that answer with targets. A struct never changes within a version.
//
// decide() is a pure function of the view, of its own state and of nothing else: no clock, no memory of its own, no
// threads, no I/O. The program cannot check that; a plug-in that breaks it has runs that do not repeat.
#ifndef FULMAR_STRATEGY_H
#define FULMAR_STRATEGY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FULMAR_STRATEGY_ABI 1

enum fulmar_limit { FULMAR_INPUTS_MAX = 16, FULMAR_PARAMS_MAX = 24, FULMAR_NAME_MAX = 63 };

enum fulmar_param_type {
    FULMAR_INT = 0,
    FULMAR_REAL = 1,
    FULMAR_BOOL = 2,     // 0, 1
    FULMAR_ENUM = 3,     // 0, 1, ... in the order of `choices`
    FULMAR_DURATION = 4, // seconds
};

// A row of the parameter table. Every value is a double.
struct fulmar_param {
    const char *name; // lower_snake_case
    int32_t type;     // enum fulmar_param_type
    int32_t reserved; // 0
    const char *unit; // "bars", "fraction"; "" where none
    double def;
    double min; // inclusive; not read for BOOL and ENUM
    double max;
    const char *choices; // ENUM: "first|second"; NULL otherwise
    const char *help;    // one sentence
};

enum fulmar_scope {
    FULMAR_INSTRUMENT = 0, // one instance an instrument: decide() sees one, at its bar's close
    FULMAR_UNIVERSE = 1,   // one instance over all: decide() sees all, after all bars of an instant
};

// A complete bar of the decision frame, in units of price and quantity.
struct fulmar_bar {
    double open, high, low, close;
    double volume;
    int64_t close_ns; // nanoseconds since 1970-01-01 UTC; 0: no bar yet
};

// What decide() may read. Arrays are [instrument_count], inputs is [instrument_count][input_count].
struct fulmar_view {
    int64_t now_ns;
    const double *params; // in the order of the table
    uint32_t instrument_count;
    uint32_t input_count;
    const struct fulmar_bar *bars;
    const double *inputs;      // NaN while undefined
    const uint8_t *fresh;      // 1: this instrument's bar completed with this call
    const double *position;    // signed quantity this strategy holds
    const double *entry_price; // average entry, 0 when flat
    uint64_t decisions;        // how many calls came before this one
};

enum fulmar_target_kind {
    FULMAR_KEEP = 0,      // nothing new: the position and its protection stay
    FULMAR_SET = 1,       // hold this weight; sized when the weight changes, then left to run
    FULMAR_REBALANCE = 2, // hold this weight and size it anew now
};

// The answer for one instrument, preset to FULMAR_KEEP, confidence 1, stop and take NaN.
struct fulmar_target {
    uint32_t kind;     // enum fulmar_target_kind
    uint32_t reason;   // a code of the strategy's own, shown by reports; 0: none
    double weight;     // direction and strength in -1 to 1; sizing turns it into money
    double confidence; // 0 to 1
    double stop;       // protective stop price > 0, NaN: none
    double take;       // take-profit price > 0, NaN: none
};

struct fulmar_strategy {
    // FULMAR_STRATEGY_HEAD:
    uint32_t abi;
    uint32_t size;
    uint32_t param_size;
    uint32_t bar_size;
    uint32_t view_size;
    uint32_t target_size;
    // The strategy:
    const char *name;    // lower_snake_case, at most FULMAR_NAME_MAX bytes
    const char *summary; // one sentence
    const struct fulmar_param *params;
    uint64_t param_count; // at most FULMAR_PARAMS_MAX
    // "sma(close, $fast)", "bbands(close, 20, $width).upperband", "ema(close, $n) @ 1d": docs/how-to-add-a-strategy.md.
    const char *const *inputs;
    uint64_t input_count; // at most FULMAR_INPUTS_MAX
    uint64_t scope;       // enum fulmar_scope
    // Bytes of an instance, zeroed at the start, multiples of 8; the second once for each instrument of a universe. The
    // program saves, hashes and copies them as bytes: no pointers, no padding.
    uint64_t state_size;
    uint64_t state_size_per_instrument;
    // NULL, or: NULL where the parameters agree, else one sentence on what contradicts what.
    const char *(*check)(const double *params);
    void (*decide)(const struct fulmar_view *view, void *state, struct fulmar_target *ret_targets);
};

#define FULMAR_STRATEGY_HEAD                                                                       \
    .abi = FULMAR_STRATEGY_ABI, .size = sizeof(struct fulmar_strategy),                            \
    .param_size = sizeof(struct fulmar_param), .bar_size = sizeof(struct fulmar_bar),              \
    .view_size = sizeof(struct fulmar_view), .target_size = sizeof(struct fulmar_target)

// What a plug-in defines.
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
extern const struct fulmar_strategy fulmar_strategy;

#ifdef __cplusplus
}
#endif

#endif
