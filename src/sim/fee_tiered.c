// SPDX-License-Identifier: Apache-2.0
// Maker and taker rates that fall with the account's traded value, as spot exchanges for crypto charge.
// The tier of a fill is that of the volume before it.
#include "sim/model.h"

enum { TIERS = 5 };
enum {
    WINDOW,
    FROM_1,
    MAKER_0 = FROM_1 + TIERS - 1,
    TAKER_0 = MAKER_0 + TIERS,
    PARAM_COUNT = TAKER_0 + TIERS
};

static const struct param params[PARAM_COUNT] = {
    {"window", PARAM_ENUM, "", 0, 0, 1, "30d|total", "the volume that decides the tier"},
    {"from_1", PARAM_REAL, "currency", 10e3, 0, 1e15, NULL, "volume from which tier 1 holds"},
    {"from_2", PARAM_REAL, "currency", 50e3, 0, 1e15, NULL, "volume from which tier 2 holds"},
    {"from_3", PARAM_REAL, "currency", 100e3, 0, 1e15, NULL, "volume from which tier 3 holds"},
    {"from_4", PARAM_REAL, "currency", 250e3, 0, 1e15, NULL, "volume from which tier 4 holds"},
    {"maker_0", PARAM_REAL, "bps", 25, -100, 1000, NULL, "maker rate below tier 1"},
    {"maker_1", PARAM_REAL, "bps", 20, -100, 1000, NULL, "maker rate of tier 1"},
    {"maker_2", PARAM_REAL, "bps", 14, -100, 1000, NULL, "maker rate of tier 2"},
    {"maker_3", PARAM_REAL, "bps", 12, -100, 1000, NULL, "maker rate of tier 3"},
    {"maker_4", PARAM_REAL, "bps", 10, -100, 1000, NULL, "maker rate of tier 4"},
    {"taker_0", PARAM_REAL, "bps", 40, -100, 1000, NULL, "taker rate below tier 1"},
    {"taker_1", PARAM_REAL, "bps", 35, -100, 1000, NULL, "taker rate of tier 1"},
    {"taker_2", PARAM_REAL, "bps", 24, -100, 1000, NULL, "taker rate of tier 2"},
    {"taker_3", PARAM_REAL, "bps", 22, -100, 1000, NULL, "taker rate of tier 3"},
    {"taker_4", PARAM_REAL, "bps", 20, -100, 1000, NULL, "taker rate of tier 4"},
};

static int64_t fee(const struct fee_view *view, const double *values) {
    double volume = values[WINDOW] == 0 ? view->volume_30d : view->volume_total;
    int tier = 0;
    while (tier < TIERS - 1 && volume >= values[FROM_1 + tier]) tier++;
    int row = view->liquidity == LIQUIDITY_MAKER ? MAKER_0 + tier : TAKER_0 + tier;
    return model_fee(model_share_up(view->value.m, model_parts(values[row] / 1e4)));
}

const struct fee_model fee_tiered = {
    .name = "tiered",
    .summary = "maker and taker rates that fall with the traded volume",
    .params = params,
    .param_count = PARAM_COUNT,
    .fee = fee,
};
