# SPDX-License-Identifier: Apache-2.0
"""hftbacktest_grid.py FILE SAMPLES PASSES ORDERS: a recorded session played by hftbacktest, with a grid of orders
(ORDERS 1) or without any (0).

FILE holds the session's events in order of time as four columns of int64: nanoseconds, price in tenths, quantity in
thousandths, and kind (1 level, 2 picture, 4 trade) with the side in bits 8 and 9 (1 bid or buyer, 3 ask or seller).
Timed is the strategy's loop from the first event to the end: not the conversion to hftbacktest's events, nor the
compilation. Both of its books are tried; the samples are of the quicker.
"""
import json
import sys

import hftbacktest
import numba
import numpy
from hftbacktest import (BUY, BUY_EVENT, DEPTH_CLEAR_EVENT, DEPTH_EVENT, DEPTH_SNAPSHOT_EVENT, EXCH_EVENT, GTX, LIMIT,
                         LOCAL_EVENT, SELL_EVENT, TRADE_EVENT, BacktestAsset, HashMapMarketDepthBacktest,
                         ROIVectorMarketDepthBacktest)
from hftbacktest.types import event_dtype
from numba.typed import Dict
from numba.types import float64, uint64

from stopwatch import now

LATENCY = 5_000_000
STEP = 100_000_000
TICK, LOT = 0.1, 0.001
KINDS = {1: DEPTH_EVENT, 2: DEPTH_SNAPSHOT_EVENT, 4: TRADE_EVENT}


def read_session(path):
    time, price, qty, what = numpy.fromfile(path, numpy.int64).reshape(4, -1)
    events = numpy.zeros(len(time), event_dtype)
    kind = numpy.select([(what & 255) == ours for ours in KINDS], list(KINDS.values()))
    side = numpy.where((what >> 8 & 3) == 1, BUY_EVENT, SELL_EVENT)
    events["ev"] = kind.astype(numpy.uint64) | side.astype(numpy.uint64) | numpy.uint64(EXCH_EVENT | LOCAL_EVENT)
    events["exch_ts"] = time
    events["px"] = price / 10.0
    events["qty"] = qty / 1000.0
    return events


def repeat(session, passes):
    """Every copy but the first begins with a cleared book, and comes a second after the one before it."""
    first = session["exch_ts"][0]
    span = session["exch_ts"][-1] - first + 1_000_000_000
    parts = []
    for i in range(passes):
        if i > 0:
            clear = numpy.zeros(1, event_dtype)
            clear["ev"] = DEPTH_CLEAR_EVENT | EXCH_EVENT | LOCAL_EVENT
            clear["exch_ts"] = first + i * span - 1
            parts.append(clear)
        copy = session.copy()
        copy["exch_ts"] += i * span
        parts.append(copy)
    events = numpy.concatenate(parts)
    events["local_ts"] = events["exch_ts"] + LATENCY
    return events


@numba.njit
def replay(hbt):
    steps = 0
    while hbt.elapse(STEP) == 0:
        steps += 1
    return steps


@numba.njit
def trade(hbt):
    half_spread, interval, skew, levels, order_qty, limit = 1e-4, 5e-5, 1e-5, 10, 0.01, 0.2
    least = round(0.1 / TICK) * TICK
    steps = 0
    while hbt.elapse(STEP) == 0:
        steps += 1
        depth = hbt.depth(0)
        touch_bid, touch_ask = depth.best_bid, depth.best_ask
        if not (numpy.isfinite(touch_bid) and numpy.isfinite(touch_ask)):
            continue
        position = hbt.position(0)
        mid = (touch_bid + touch_ask) / 2.0
        inventory = position / order_qty
        bid = min(mid * (1.0 - (half_spread + skew * inventory)), touch_bid)
        ask = max(mid * (1.0 + (half_spread - skew * inventory)), touch_ask)
        grid = max(numpy.round(mid * interval / least) * least, least)
        bid = numpy.floor(bid / grid) * grid
        ask = numpy.ceil(ask / grid) * grid
        hbt.clear_inactive_orders(0)
        bids = Dict.empty(uint64, float64)
        if position < limit:
            for _ in range(levels):
                bids[uint64(round(bid / TICK))] = bid
                bid -= grid
        asks = Dict.empty(uint64, float64)
        if position > -limit:
            for _ in range(levels):
                asks[uint64(round(ask / TICK))] = ask
                ask += grid
        orders = hbt.orders(0)
        values = orders.values()
        while values.has_next():
            order = values.get()
            if not order.cancellable:
                continue
            wanted = bids if order.side == BUY else asks
            if order.order_id not in wanted:
                hbt.cancel(0, order.order_id, False)
        for order_id, price in bids.items():
            if order_id not in orders:
                hbt.submit_buy_order(0, order_id, price, order_qty, GTX, LIMIT, False)
        for order_id, price in asks.items():
            if order_id not in orders:
                hbt.submit_sell_order(0, order_id, price, order_qty, GTX, LIMIT, False)
    return steps


def open_run(events, book):
    low, high = events["px"][events["px"] > 0].min(), events["px"].max()
    asset = (BacktestAsset().data(events).linear_asset(1.0).constant_order_latency(LATENCY, LATENCY)
             .power_prob_queue_model3(3.0).no_partial_fill_exchange().trading_value_fee_model(-0.00005, 0.0007)
             .tick_size(TICK).lot_size(LOT).roi_lb(low).roi_ub(high))
    return book([asset])


def run(events, book, strategy):
    hbt = open_run(events, book)
    start = now()
    steps = strategy(hbt)
    seconds = now() - start
    depth, state = hbt.depth(0), hbt.state_values(0)
    result = {"steps": int(steps), "best_bid": int(depth.best_bid_tick), "best_ask": int(depth.best_ask_tick),
              "fills": int(state.num_trades), "position": float(state.position), "balance": float(state.balance),
              "fee": float(state.fee)}
    hbt.close()
    return seconds, result


def main():
    path, count, passes, orders = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "1"
    strategy = trade if orders else replay
    session = read_session(path)
    once, events = repeat(session, 1), repeat(session, passes)
    books = {"ROI vector": ROIVectorMarketDepthBacktest, "hash map": HashMapMarketDepthBacktest}
    first = {}
    for name, book in books.items():
        run(once, book, strategy)  # compiles
        first[name] = run(events, book, strategy)[0]
    name = min(first, key=first.get)
    samples, result = [], {}
    for _ in range(count):
        seconds, result = run(events, books[name], strategy)
        samples.append(seconds)
    json.dump({"peer": f"hftbacktest, {name}", "version": hftbacktest.__version__, "samples": samples,
               "events": len(events), **result}, sys.stdout)


main()
