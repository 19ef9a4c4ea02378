// SPDX-License-Identifier: Apache-2.0
// The families of the simulated venues: what a trade costs (fee model), how much worse than the price seen
// it is done (slippage model), how long orders and reports travel (latency model), and where in its queue an
// order stands (queue model). One file and one registry line each.
//
// A model is a pure function of what it is shown and of its parameters. Rates leave the world of doubles
// at once: they become integers in parts per billion, and money is computed from those in 128 bits,
// rounded against us.
#ifndef FULMAR_SIM_MODEL_H
#define FULMAR_SIM_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/err.h"
#include "base/params.h"
#include "base/prng.h"
#include "order/order.h"

enum { MODEL_PARTS = 1000000000 }; // rates are integers in parts per billion

// A fill as the fee model sees it. Sums are of the order, this fill included.
struct fee_view {
    money_t order_value; // what was traded (market/notional.h), the instrument's currency
    qty_t order_qty;
    int64_t order_fees; // charged on earlier fills of the order, at money_decimals
    money_t value;      // of this fill alone
    qty_t qty;
    double
        volume_30d; // traded value of the last 30 days before this day and of it, account currency
    double volume_total; // since the start, account currency
    int32_t money_decimals;
    int32_t qty_decimals;
    uint32_t liquidity; // enum liquidity
};

struct fee_model {
    const char *name; // lower_snake_case, stable
    const char *summary;
    const struct param *params;
    size_t param_count;
    bool by_volume; // it reads what was traded before
    // The fee of this fill at view->money_decimals: + paid, - rebate. Rounded up.
    int64_t (*fee)(const struct fee_view *view, const double *params);
};

// What a slippage model may look at.
struct slip_view {
    price_t price; // before slippage
    price_t tick;
    qty_t qty;    // of this fill
    qty_t volume; // of the bar or trade that fills it; 0 = not known
    qty_t before; // what our fills have taken of that volume already
    // Of whole trading days seen so far; 0 = not known. Standard deviation of daily returns and mean daily
    // volume (quantity mantissa). Only for models with `history`.
    double sigma_daily;
    double volume_daily;
};

struct slip_model {
    const char *name;
    const char *summary;
    const struct param *params;
    size_t param_count;
    // How many days of history the model reads at most, given its parameters; NULL: none.
    uint32_t (*history)(const double *params);
    // How much worse than view->price the fill is, in price mantissa, >= 0; the venue rounds the price to
    // the tick against us.
    int64_t (*offset)(const struct slip_view *view, const double *params);
};

struct latency_model {
    const char *name;
    const char *summary;
    const struct param *params;
    size_t param_count;
    bool by_series; // the times are recorded ones (sim/lag_series.h); the two functions are NULL
    bool fixed;     // entry_ns is the same each time and draws nothing
    // From submit, cancel or replace to the venue, and from the venue back; >= 0.
    int64_t (*entry_ns)(const double *params, struct prng *prng);
    int64_t (*report_ns)(const double *params, struct prng *prng);
};

// A book by price shows how much a level holds, not in which order. When it holds less without a trade, somebody
// left; a queue model says where he stood.
struct queue_model {
    const char *name;
    const char *summary;
    const struct param *params;
    size_t param_count;
    // The share of a decrease that happens behind an order with `front` ahead of it and `back` behind it. NULL: all
    // of it, as long as there is something behind.
    double (*behind)(const double *params, double front, double back);
    bool by_order; // nothing is modelled: the feed tells every order
};

// The registries. _find: -1 when there is none of that name. _pick: the model of that name, and its parameters at
// their defaults; ERR_NOT_FOUND, the story names the nearest.
size_t fee_model_count(void);
const struct fee_model *fee_model_at(size_t index);
int fee_model_find(const char *name);
int fee_model_pick(const char *name, const struct fee_model **ret_model,
                   double *ret_params) MUST_USE;
size_t slip_model_count(void);
const struct slip_model *slip_model_at(size_t index);
int slip_model_find(const char *name);
int slip_model_pick(const char *name, const struct slip_model **ret_model,
                    double *ret_params) MUST_USE;
size_t latency_model_count(void);
const struct latency_model *latency_model_at(size_t index);
int latency_model_find(const char *name);
int latency_model_pick(const char *name, const struct latency_model **ret_model,
                       double *ret_params) MUST_USE;
size_t queue_model_count(void);
const struct queue_model *queue_model_at(size_t index);
int queue_model_find(const char *name);
int queue_model_pick(const char *name, const struct queue_model **ret_model,
                     double *ret_params) MUST_USE;

// A fraction in parts per billion, to the nearest; |fraction| < 1e9.
int64_t model_parts(double fraction);
// amount x parts / 10^9, rounded up: more to pay, less to receive.
int128_t model_share_up(int128_t amount, int64_t parts);
// A fee as the contract wants it: CHECKs that it fits.
int64_t model_fee(int128_t fee);
// price x fraction in price mantissa, rounded up, of a fraction in [0, 1000].
int64_t model_price_share(price_t price, double fraction);

#endif
