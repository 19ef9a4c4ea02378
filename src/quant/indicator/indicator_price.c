// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"

RUN_INLINE double avgprice_value(double open, double high, double low, double close) {
    return (open + high + low + close) / 4;
}

RUN_INLINE double medprice_value(double high, double low, double unused, double unused_too) {
    return (high + low) / 2;
}

RUN_INLINE double typprice_value(double high, double low, double close, double unused) {
    return (high + low + close) / 3;
}

RUN_INLINE double wclprice_value(double high, double low, double close, double unused) {
    return (high + low + close * 2) / 4;
}

RUN_INLINE double bop_value(double open, double high, double low, double close) {
    double share = (close - open) / (high - low);
    return high - low >= INDICATOR_ZERO ? share : 0;
}

#define PRICE_INDICATOR(name_, group_, summary_, source_, count_, ...)                             \
    INDICATOR_ROWS(name_, count_)                                                                  \
    const struct indicator indicator_##name_ = {                                                   \
        .name = #name_,                                                                            \
        .group = (group_),                                                                         \
        .summary = (summary_),                                                                     \
        .source = (source_),                                                                       \
        .inputs = {__VA_ARGS__},                                                                   \
        .input_count = (count_),                                                                   \
        .outputs = {"value"},                                                                      \
        .output_count = 1,                                                                         \
        .state_size = run_no_state_size,                                                           \
        .lookback = run_no_lookback,                                                               \
        .init = run_no_init,                                                                       \
        .update = name_##_update,                                                                  \
        .run_finite = name_##_run,                                                                 \
    };

PRICE_INDICATOR(avgprice, "price", "Average price of a bar.",
                "(open + high + low + close) / 4; TA-Lib AVGPRICE", 4, "open", "high", "low",
                "close")
PRICE_INDICATOR(medprice, "price", "Middle of a bar.", "(high + low) / 2; TA-Lib MEDPRICE", 2,
                "high", "low")
PRICE_INDICATOR(typprice, "price", "Typical price of a bar.",
                "(high + low + close) / 3; TA-Lib TYPPRICE", 3, "high", "low", "close")
PRICE_INDICATOR(wclprice, "price", "Price of a bar in which the close counts twice.",
                "(high + low + 2 close) / 4; TA-Lib WCLPRICE", 3, "high", "low", "close")
PRICE_INDICATOR(bop, "momentum",
                "Balance of power: the body of a bar as a share of its range, -1 to 1; 0 where the "
                "range is 0.",
                "(close - open) / (high - low); Livshin (2001); TA-Lib BOP", 4, "open", "high",
                "low", "close")
