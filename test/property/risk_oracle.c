// SPDX-License-Identifier: Apache-2.0
#include "risk_oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef __int128 wide;

static wide magnitude(wide value) {
    return value < 0 ? -value : value;
}

int64_t oracle_position(const struct oracle *oracle, uint32_t instrument) {
    int64_t sum = 0;
    for (int s = 0; s < ORACLE_STRATEGIES; s++) sum += oracle->positions[s][instrument];
    return sum;
}

int64_t oracle_value(const struct oracle *oracle, uint32_t instrument, int64_t price, int64_t qty) {
    const struct oracle_instrument *one = &oracle->instruments[instrument];
    wide parts = 1, product = (wide)price * magnitude(qty) * one->multiplier;
    for (int i = 0; i < one->qty_decimals; i++) parts *= 10;
    wide whole = product / parts, rest = product % parts * 2;
    if (rest > parts || (rest == parts && whole % 2 == 1)) whole++;
    return (int64_t)(qty < 0 ? -whole : whole);
}

int64_t oracle_price(const struct oracle *oracle, const struct oracle_order *order) {
    return order->limit > 0  ? order->limit
           : order->stop > 0 ? order->stop
                             : oracle->last[order->instrument];
}

static int64_t worth(const struct oracle *oracle, const struct oracle_order *order, int64_t qty) {
    return oracle_value(oracle, order->instrument, oracle_price(oracle, order), qty);
}

// A share of the equity in cents, as nine decimals say it.
static wide share_of(int64_t equity, double share) {
    return equity <= 0 ? 0 : (wide)equity * (int64_t)floor(share * 1e9 + 0.5) / 1000000000;
}

static int64_t working(const struct oracle *oracle, uint32_t instrument, int side) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < oracle->live_count; i++)
        if (oracle->live[i].instrument == instrument && oracle->live[i].side == side)
            sum += oracle->live[i].leaves;
    return sum;
}

// The position with all orders of a side filled, at the last price.
static int64_t filled(const struct oracle *oracle, uint32_t instrument, int side) {
    int64_t qty = oracle_position(oracle, instrument) + side * working(oracle, instrument, side);
    return oracle_value(oracle, instrument, oracle->last[instrument], qty);
}

static wide worst(int64_t up, int64_t down) {
    return magnitude(up) > magnitude(down) ? magnitude(up) : magnitude(down);
}

// The worst gross value of all instruments but the order's, of a class or of all (-1).
static wide others(const struct oracle *oracle, const struct oracle_order *order, int class) {
    wide sum = 0;
    for (uint32_t i = 0; i < ORACLE_INSTRUMENTS; i++)
        if (i != order->instrument && (class < 0 || (int)oracle->instruments[i].class == class))
            sum += worst(filled(oracle, i, 1), filled(oracle, i, -1));
    return sum;
}

static wide own_worst(const struct oracle *oracle, const struct oracle_order *order, wide more) {
    wide up = filled(oracle, order->instrument, 1), down = filled(oracle, order->instrument, -1);
    if (order->side > 0)
        up += more;
    else
        down -= more;
    return magnitude(up) > magnitude(down) ? magnitude(up) : magnitude(down);
}

// The lots of an order that are worth no more than room.
static int64_t cut(const struct oracle *oracle, const struct oracle_order *order, wide room) {
    int64_t lot = oracle->instruments[order->instrument].lot, whole = order->qty / lot;
    int64_t value = worth(oracle, order, order->qty);
    if (room <= 0 || value <= 0) return 0;
    wide lots = room < value ? whole * room / value : whole;
    return (int64_t)(lots < whole ? lots : whole - 1) * lot;
}

// Cuts so that what grows with the order, all else being `held`, stays within the limit.
static int64_t within(const struct oracle *oracle, const struct oracle_order *order, wide held,
                      wide limit) {
    if (held + worth(oracle, order, order->qty) <= limit) return order->qty;
    return cut(oracle, order, limit - held);
}

// The same of a gross value, which what turns a position round makes smaller first.
static int64_t within_gross(const struct oracle *oracle, const struct oracle_order *order,
                            wide rest, wide limit) {
    wide now = rest + own_worst(oracle, order, 0);
    if (limit < now) limit = now;
    if (rest + own_worst(oracle, order, worth(oracle, order, order->qty)) <= limit)
        return order->qty;
    wide side = order->side > 0 ? filled(oracle, order->instrument, 1)
                                : -(wide)filled(oracle, order->instrument, -1);
    return cut(oracle, order, limit - rest - side);
}

static int64_t permissions(const struct oracle *oracle, const struct oracle_order *order) {
    uint32_t s = order->strategy, i = order->instrument;
    if (!order->market && order->resting && !oracle->may_limit[s][i]) return 0;
    int64_t after = oracle->positions[s][i] + order->side * order->qty;
    for (uint32_t k = 0; k < oracle->live_count; k++) {
        const struct oracle_order *live = &oracle->live[k];
        if (live->strategy == s && live->instrument == i && live->side == order->side)
            after += live->side * live->leaves;
    }
    bool may = order->side > 0 ? oracle->may_long[s][i] : oracle->may_short[s][i];
    return may || after * order->side <= 0 ? order->qty : 0;
}

static int64_t restricted(const struct oracle *oracle, const struct oracle_order *order) {
    const struct oracle_instrument *one = &oracle->instruments[order->instrument];
    int64_t after = order->side * oracle_position(oracle, order->instrument) + order->qty +
                    working(oracle, order->instrument, order->side);
    if (one->no_trade) return 0;
    return after > 0 && (order->side > 0 ? one->no_buy : one->no_short) ? 0 : order->qty;
}

// June and the first days of July 2024: 13:30 to 20:00 UTC on weekdays but the 19th of June.
static int64_t session(const struct oracle *oracle, const struct oracle_order *order) {
    int64_t day = oracle->now_ns / 86400000000000, second = oracle->now_ns / 1000000000 % 86400;
    if (!oracle->instruments[order->instrument].new_york) return order->qty;
    int64_t weekday = (day + 4) % 7; // 0: Sunday
    bool open = weekday >= 1 && weekday <= 5 && day != 19893;
    return open && second >= 48600 && second < 72000 ? order->qty : 0;
}

static bool reduces(const struct oracle *oracle, const struct oracle_order *order) {
    return -order->side * oracle_position(oracle, order->instrument) >= order->qty;
}

static int64_t tick_lot(const struct oracle *oracle, const struct oracle_order *order) {
    const struct oracle_instrument *one = &oracle->instruments[order->instrument];
    if (order->limit % one->tick || order->stop % one->tick || order->trail % one->tick) return 0;
    if (order->qty % one->lot) return 0;
    if (reduces(oracle, order)) return order->qty;
    if (order->qty < one->qty_min || worth(oracle, order, order->qty) < one->notional_min) return 0;
    return order->qty;
}

static int64_t order_size(const struct oracle *oracle, const struct oracle_order *order) {
    double units = (double)order->qty;
    for (int i = 0; i < oracle->instruments[order->instrument].qty_decimals; i++) units /= 10;
    return units > 900 ? 0 : order->qty;
}

static int64_t order_notional(const struct oracle *oracle, const struct oracle_order *order) {
    return within(oracle, order, 0, share_of(oracle->equity, 0.4));
}

static int64_t price_band(const struct oracle *oracle, const struct oracle_order *order) {
    double last = (double)oracle->last[order->instrument];
    if (!reduces(oracle, order) &&
        oracle->now_ns - oracle->last_ns[order->instrument] > 90000000000)
        return 0;
    bool far = (order->limit > 0 && fabs((double)order->limit - last) / last > 0.1) ||
               (order->stop > 0 && fabs((double)order->stop - last) / last > 0.1);
    return far ? 0 : order->qty;
}

static bool sent_within(const struct oracle *oracle, uint64_t back, int64_t window_ns) {
    const struct oracle_order *old = &oracle->sent[(oracle->sent_count - back) % ORACLE_SENT];
    return back <= oracle->sent_count && oracle->now_ns - old->sent_ns < window_ns;
}

static int64_t duplicate(const struct oracle *oracle, const struct oracle_order *order) {
    uint32_t orders = 0;
    for (uint64_t back = 1; back < ORACLE_SENT && sent_within(oracle, back, 2000000000); back++) {
        const struct oracle_order *old = &oracle->sent[(oracle->sent_count - back) % ORACLE_SENT];
        if (oracle->sent_value[(oracle->sent_count - back) % ORACLE_SENT] < 0) continue;
        orders++;
        if (old->qty == order->qty && old->limit == order->limit && old->stop == order->stop &&
            old->strategy == order->strategy && old->instrument == order->instrument &&
            old->side == order->side && old->market == order->market &&
            old->resting == order->resting)
            return 0;
    }
    return orders >= 256 ? 0 : order->qty;
}

static int64_t child_orders(const struct oracle *oracle, const struct oracle_order *order) {
    const struct oracle_decision *one = &oracle->decisions[order->strategy][order->instrument];
    if (!order->target || !one->known) return order->qty;
    int64_t lot = oracle->instruments[order->instrument].lot;
    if (one->children >= 12) return 0;
    int64_t room = one->qty - one->entered;
    return order->qty <= room ? order->qty : room < lot ? 0 : room / lot * lot;
}

static int64_t message_rate(const struct oracle *oracle, const struct oracle_order *order) {
    int64_t messages = 0;
    wide value = 0;
    for (uint64_t back = 1; back < ORACLE_SENT && sent_within(oracle, back, 5000000000); back++) {
        int64_t one = oracle->sent_value[(oracle->sent_count - back) % ORACLE_SENT];
        value += one > 0 ? one : 0;
        messages++;
    }
    if (messages >= 20) return 0;
    return within(oracle, order, value, share_of(oracle->equity, 1.5));
}

static int64_t position(const struct oracle *oracle, const struct oracle_order *order) {
    int64_t held = order->side * oracle_position(oracle, order->instrument) +
                   working(oracle, order->instrument, order->side);
    return within(oracle, order, worth(oracle, order, held), share_of(oracle->equity, 0.35));
}

static int64_t position_count(const struct oracle *oracle, const struct oracle_order *order) {
    int count = 0;
    for (uint32_t i = 0; i < ORACLE_INSTRUMENTS; i++) {
        bool used = oracle_position(oracle, i) != 0;
        for (uint32_t k = 0; k < oracle->live_count; k++) used |= oracle->live[k].instrument == i;
        if (used && i == order->instrument) return order->qty;
        count += used;
    }
    return count < 5 ? order->qty : 0;
}

static int64_t gross_exposure(const struct oracle *oracle, const struct oracle_order *order) {
    return within_gross(oracle, order, others(oracle, order, -1), 3100000);
}

static int64_t net_exposure(const struct oracle *oracle, const struct oracle_order *order) {
    wide net = 0;
    for (uint32_t i = 0; i < ORACLE_INSTRUMENTS; i++)
        net += order->side * (wide)filled(oracle, i, order->side);
    return within(oracle, order, net, share_of(oracle->equity, 0.8));
}

static int64_t leverage(const struct oracle *oracle, const struct oracle_order *order) {
    return within_gross(oracle, order, others(oracle, order, -1), share_of(oracle->equity, 1.1));
}

static int64_t buying_power(const struct oracle *oracle, const struct oracle_order *order) {
    static const int64_t margins[] = {
        [STOCK] = 500000000, [COIN] = 1000000000, [FX] = 1000000000, [FUTURE] = 1000000000};
    int class = (int)oracle->instruments[order->instrument].class;
    wide used = 0;
    for (int k = 0; k < 4; k++)
        if (k != class) used += others(oracle, order, k) * margins[k];
    wide rest = others(oracle, order, class), now = rest + own_worst(oracle, order, 0);
    wide after = rest + own_worst(oracle, order, worth(oracle, order, order->qty));
    wide equity = (wide)(oracle->equity > 0 ? oracle->equity : 0) * 1000000000;
    if (after * margins[class] + used <= equity || after <= now) return order->qty;
    wide limit = equity > used ? (equity - used) / margins[class] : 0;
    return within_gross(oracle, order, rest, limit);
}

static int64_t pattern_day_trader(const struct oracle *oracle, const struct oracle_order *order) {
    if (oracle->instruments[order->instrument].class != STOCK || oracle->equity >= 2500000)
        return order->qty;
    int count = 0, business = 0;
    for (uint32_t back = 0; back < oracle->day_count && business < 5; back++) {
        const struct oracle_day *day = &oracle->days[(oracle->day_count - 1 - back) % ORACLE_DAYS];
        int64_t weekday = (day->number + 4) % 7;
        count += day->day_trades;
        business += weekday >= 1 && weekday <= 5 && day->number != 19893;
    }
    for (uint32_t i = 0; i < ORACLE_INSTRUMENTS; i++)
        count += i == order->instrument ||
                 (oracle->instruments[i].class == STOCK && oracle->opened[i] > 0);
    return count > 3 ? 0 : order->qty;
}

// Maintenance of a value, in parts per billion of cents.
static wide maintained(const struct oracle *oracle, uint32_t i, wide value) {
    wide price = oracle->last[i]; // cents
    if (oracle->instruments[i].class != STOCK) return magnitude(value) * 1000000000;
    if (value >= 0) return value * 250000000;
    wide least = price < 500 ? 1000000000 : 300000000, fixed = price < 500 ? 250 : 500;
    wide floor = (fixed * 1000000000 + price - 1) / price;
    return -value * (floor > least ? floor : least);
}

static wide larger(wide a, wide b) {
    return a > b ? a : b;
}

// A quarter more than what is asked, within the equity.
static int64_t intraday_margin(const struct oracle *oracle, const struct oracle_order *order) {
    uint32_t own = order->instrument;
    wide rest = 0, more = worth(oracle, order, order->qty);
    for (uint32_t i = 0; i < ORACLE_INSTRUMENTS; i++)
        if (i != own)
            rest += larger(maintained(oracle, i, filled(oracle, i, 1)),
                           maintained(oracle, i, filled(oracle, i, -1)));
    wide up = filled(oracle, own, 1), down = filled(oracle, own, -1);
    wide before = larger(maintained(oracle, own, up), maintained(oracle, own, down));
    if (order->side > 0)
        up += more;
    else
        down -= more;
    wide after = larger(maintained(oracle, own, up), maintained(oracle, own, down));
    wide limit = share_of(oracle->equity, 0.8) * 1000000000 - rest;
    if (after <= limit || after <= before) return order->qty;
    wide rate = order->side > 0 ? maintained(oracle, own, 1) : maintained(oracle, own, -1);
    wide held = order->side > 0 ? up - more : -(down + more);
    return cut(oracle, order, larger(limit, before) / rate - held);
}

static int64_t self_trade(const struct oracle *oracle, const struct oracle_order *order) {
    if (!order->market && !order->resting) return order->qty;
    for (uint32_t k = 0; k < oracle->live_count; k++) {
        const struct oracle_order *own = &oracle->live[k];
        if (own->instrument != order->instrument || own->side == order->side || !own->resting)
            continue;
        if (order->market || order->side * (order->limit - own->limit) >= 0) return 0;
    }
    return order->qty;
}

static int64_t concentration(const struct oracle *oracle, const struct oracle_order *order) {
    int class = (int)oracle->instruments[order->instrument].class;
    return within_gross(oracle, order, others(oracle, order, class), share_of(oracle->equity, 0.7));
}

static double correlation_of(const struct oracle *oracle, uint32_t a, uint32_t b) {
    double xy = 0, xx = 0, yy = 0, weight = 1;
    for (uint64_t back = 1; back <= oracle->move_count && back < 400; back++, weight *= 0.9) {
        const double *row = oracle->moves[(oracle->move_count - back) % 4096];
        xy += weight * row[a] * row[b];
        xx += weight * row[a] * row[a];
        yy += weight * row[b] * row[b];
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 1;
}

static int64_t correlation(const struct oracle *oracle, const struct oracle_order *order) {
    for (uint32_t i = 0; i < ORACLE_INSTRUMENTS; i++) {
        int64_t held = oracle_position(oracle, i);
        bool is_long = held + working(oracle, i, 1) > 0,
             is_short = held - working(oracle, i, -1) < 0;
        if (i == order->instrument || (!is_long && !is_short)) continue;
        if (oracle->known[i] < 5 || oracle->known[order->instrument] < 5) return 0;
        double both = correlation_of(oracle, order->instrument, i) * order->side;
        if ((is_long && both > 0.7) || (is_short && -both > 0.7)) return 0;
    }
    return order->qty;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Value at risk or expected shortfall (Acerbi and Tasche) of a row at 95 %, over a day of rows of a minute, in whole
// cents.
static double loss(const struct oracle *oracle, const struct oracle_order *order, double part,
                   bool shortfall) {
    double sums[ORACLE_ROWS] = {0}, mean = 0, tail = 0;
    uint32_t rows = oracle->rows, count = 0;
    for (uint32_t i = 0; i < ORACLE_INSTRUMENTS; i++) {
        double up = (double)filled(oracle, i, 1), down = (double)filled(oracle, i, -1);
        double more = i == order->instrument ? part * (double)worth(oracle, order, order->qty) : 0;
        up += order->side > 0 ? more : 0;
        down -= order->side > 0 ? 0 : more;
        double amount = fabs(up) >= fabs(down) ? up : down;
        for (uint32_t r = 0; r < rows; r++) sums[r] += amount * oracle->returns[r][i];
    }
    qsort(sums, rows, sizeof *sums, ascending);
    double part_of = 0.05 * rows; // of so many rows the mean, of the next the value
    while (count + 1 <= part_of + 1e-9) mean += sums[count++];
    tail = shortfall ? (mean + (part_of - count) * sums[count]) / part_of : sums[count];
    return floor(-tail * sqrt(1440) + 0.5);
}

// By halves: how a limit is met by a loss that need not grow with the order.
static int64_t within_loss(const struct oracle *oracle, const struct oracle_order *order,
                           double share, bool shortfall) {
    if (oracle->rows < 2 || oracle->known[order->instrument] < 5) return 0;
    for (uint32_t i = 0; i < ORACLE_INSTRUMENTS; i++)
        if (oracle->known[i] < 5 && worst(filled(oracle, i, 1), filled(oracle, i, -1)) != 0)
            return 0;
    double limit = (double)share_of(oracle->equity, share), now = loss(oracle, order, 0, shortfall);
    double after = loss(oracle, order, 1, shortfall);
    if (after <= limit || after <= now) return order->qty;
    if (limit < now) limit = now;
    int64_t lot = oracle->instruments[order->instrument].lot, whole = order->qty / lot;
    int64_t most = 0, excess = whole;
    while (excess - most > 1) {
        int64_t middle = (most + excess) / 2;
        bool fits = loss(oracle, order, (double)middle / (double)whole, shortfall) <= limit;
        *(fits ? &most : &excess) = middle;
    }
    return most * lot;
}

static int64_t var_limit(const struct oracle *oracle, const struct oracle_order *order) {
    return within_loss(oracle, order, 0.15, false);
}

static int64_t es_limit(const struct oracle *oracle, const struct oracle_order *order) {
    return within_loss(oracle, order, 0.2, true);
}

// The part of the position that the order is toward.
static int64_t scale(const struct oracle *oracle, const struct oracle_order *order, double part) {
    if (part >= 1) return order->qty;
    int64_t held = order->side * oracle_position(oracle, order->instrument) +
                   working(oracle, order->instrument, order->side);
    int64_t lot = oracle->instruments[order->instrument].lot;
    int64_t parts = part > 0 ? (int64_t)floor(part * 1e9 + 0.5) : 0;
    wide left = (wide)(held + order->qty) * parts / 1000000000 - held;
    return left >= order->qty ? order->qty : left < lot ? 0 : (int64_t)left / lot * lot;
}

static int64_t drawdown_scale(const struct oracle *oracle, const struct oracle_order *order) {
    double square = 0, weight = 1 - pow(0.5, 1.0 / 5), fall = 0;
    uint32_t days = 0;
    if (oracle->equity >= oracle->equity_peak) return order->qty;
    for (uint32_t d = 0; d < oracle->day_count; d++) {
        if (isnan(oracle->days[d].square)) continue;
        days++;
        square += fmax(weight, 1.0 / days) * (oracle->days[d].square - square);
    }
    double measured = sqrt(square * 365), allowed = 0.3;
    if (days >= 10 && measured > 0.15) allowed *= 0.15 / measured;
    fall =
        (double)(oracle->equity_peak - oracle->equity) / 100 / ((double)oracle->equity_peak / 100);
    return scale(oracle, order, 1 - fall / allowed);
}

static int64_t anomaly(const struct oracle *oracle, const struct oracle_order *order) {
    uint32_t i = order->instrument;
    bool is_over = !oracle->jumped[i] || oracle->now_ns - oracle->jumped_ns[i] >= 20000000000;
    return is_over ? order->qty : scale(oracle, order, 0.5);
}

static int64_t confidence(const struct oracle *oracle, const struct oracle_order *order) {
    const struct oracle_decision *one = &oracle->decisions[order->strategy][order->instrument];
    if (!order->target || !(one->confidence >= 0)) return order->qty;
    return one->confidence < 0.125 ? 0 : scale(oracle, order, one->confidence / 0.75);
}

const struct oracle_rule oracle_rules[] = {
    {"permissions", permissions, false},
    {"restricted", restricted, false},
    {"session", session, false},
    {"tick_lot", tick_lot, true},
    {"order_size", order_size, false},
    {"order_notional", order_notional, false},
    {"price_band", price_band, true},
    {"duplicate", duplicate, false},
    {"child_orders", child_orders, true},
    {"message_rate", message_rate, false},
    {"position", position, false},
    {"position_count", position_count, false},
    {"gross_exposure", gross_exposure, false},
    {"net_exposure", net_exposure, false},
    {"leverage", leverage, false},
    {"buying_power", buying_power, false},
    {"pattern_day_trader", pattern_day_trader, false},
    {"intraday_margin", intraday_margin, false},
    {"self_trade", self_trade, true},
    {"concentration", concentration, false},
    {"correlation", correlation, false},
    {"var_limit", var_limit, false},
    {"es_limit", es_limit, false},
    {"drawdown_scale", drawdown_scale, false},
    {"anomaly", anomaly, false},
    {"confidence", confidence, false},
};
const uint32_t oracle_rule_count = sizeof oracle_rules / sizeof *oracle_rules;

void oracle_price_is(struct oracle *oracle, uint32_t instrument, int64_t price) {
    static const double pi = 3.14159265358979323846;
    double *changes = oracle->changes[instrument];
    double change = fabs(log((double)price / (double)oracle->last[instrument]));
    bool first = oracle->last[instrument] == 0;
    oracle->last[instrument] = price;
    oracle->last_ns[instrument] = oracle->now_ns;
    if (first) return;
    if (oracle->change_count[instrument] >= ORACLE_WINDOW - 1) {
        double sum = 0, l = sqrt(2 * log(1000)), c = sqrt(2 / pi);
        for (int j = 2; j < ORACLE_WINDOW; j++) sum += changes[j] * changes[j - 1];
        double local = sqrt(sum / (ORACLE_WINDOW - 2)), statistic = change / local;
        double centre = l / c - (log(pi) + log(log(1000))) / (2 * c * l);
        if (change > 0 && local > 0 && statistic > centre - log(-log1p(-0.01)) / (c * l)) {
            oracle->jumped[instrument] = true;
            oracle->jumped_ns[instrument] = oracle->now_ns;
        }
    }
    memmove(changes, changes + 1, (ORACLE_WINDOW - 1) * sizeof *changes);
    changes[ORACLE_WINDOW - 1] = change;
    oracle->change_count[instrument]++;
}

void oracle_row(struct oracle *oracle, const double *returns, const bool *moves) {
    size_t size = sizeof oracle->returns[0];
    if (oracle->rows == ORACLE_ROWS)
        memmove(oracle->returns[0], oracle->returns[1], (ORACLE_ROWS - 1) * size);
    else
        oracle->rows++;
    memcpy(oracle->returns[oracle->rows - 1], returns, size);
    memcpy(oracle->moves[oracle->move_count++ % 4096], returns, size);
    for (int i = 0; i < ORACLE_INSTRUMENTS; i++) oracle->known[i] += moves[i];
}

void oracle_sends(struct oracle *oracle, const struct oracle_order *order) {
    struct oracle_decision *one = &oracle->decisions[order->strategy][order->instrument];
    oracle->sent[oracle->sent_count % ORACLE_SENT] = *order;
    oracle->sent[oracle->sent_count % ORACLE_SENT].sent_ns = oracle->now_ns;
    oracle->sent_value[oracle->sent_count++ % ORACLE_SENT] = worth(oracle, order, order->qty);
    oracle->live[oracle->live_count] = *order;
    oracle->live[oracle->live_count++].leaves = order->qty;
    if (!order->target) return;
    one->entered += order->qty;
    one->children++;
}

static void note_day_trade(struct oracle *oracle, const struct oracle_order *order, int64_t qty) {
    uint32_t i = order->instrument;
    int64_t against = -order->side * oracle_position(oracle, i);
    int64_t closes = against <= 0 ? 0 : against < qty ? against : qty;
    if (closes > 0 && oracle->opened[i] > 0) {
        oracle->days[(oracle->day_count - 1) % ORACLE_DAYS].day_trades += !oracle->closing[i];
        oracle->closing[i] = true;
        oracle->opened[i] -= closes < oracle->opened[i] ? closes : oracle->opened[i];
    }
    if (closes == qty) return;
    oracle->opened[i] += qty - closes;
    oracle->closing[i] = false;
}

void oracle_ends(struct oracle *oracle, uint32_t live, int64_t qty) {
    struct oracle_order order = oracle->live[live];
    struct oracle_decision *one = &oracle->decisions[order.strategy][order.instrument];
    if (qty > 0) {
        if (oracle->instruments[order.instrument].class == STOCK)
            note_day_trade(oracle, &order, qty);
        oracle->positions[order.strategy][order.instrument] += order.side * qty;
        if (!order.target) one->known = false;
    }
    if (qty < order.leaves && order.target && one->entered >= order.leaves - qty)
        one->entered -= order.leaves - qty;
    oracle->live[live] = oracle->live[--oracle->live_count];
}

void oracle_decides(struct oracle *oracle, uint32_t strategy, uint32_t instrument, int64_t qty,
                    double confidence_) {
    struct oracle_decision *one = &oracle->decisions[strategy][instrument];
    int64_t target = oracle->positions[strategy][instrument] + qty;
    one->confidence = confidence_;
    if (one->known && one->target == target) return;
    *one = (struct oracle_decision){
        .known = true, .target = target, .qty = (int64_t)magnitude(qty), .confidence = confidence_};
}

void oracle_day(struct oracle *oracle, int64_t number, double change) {
    oracle->days[oracle->day_count++ % ORACLE_DAYS] =
        (struct oracle_day){.number = number, .square = change * change};
    memset(oracle->opened, 0, sizeof oracle->opened);
    memset(oracle->closing, 0, sizeof oracle->closing);
}
