# SPDX-License-Identifier: Apache-2.0
"""vectorbt_sma.py CLOSES SAMPLES TOTALS: every pair of moving averages from 2 to 100 bars over daily closes, all-in.

CLOSES holds the closes as doubles. Long from a close on which the fast average is above the slow one until a close on
which it is below, filled at that close, with a fee of 0.1 %; what is decided on the last close is not filled any more.
Timed are averages, signals, portfolios and their total returns of all pairs, after a run that compiles; the
totals go to the file TOTALS in the order of the pairs.
"""
import json
import sys

import numpy
import pandas
import vectorbt

from stopwatch import now


def sweep(price):
    fast, slow = vectorbt.MA.run_combs(price, window=numpy.arange(2, 101), r=2, short_names=["fast", "slow"])
    entries, exits = fast.ma_above(slow), fast.ma_below(slow)
    entries.iloc[-1] = exits.iloc[-1] = False
    portfolio = vectorbt.Portfolio.from_signals(price, entries, exits, size=numpy.inf, fees=0.001, init_cash=1e7,
                                                freq="1D")
    return portfolio.total_return().to_numpy()


def main():
    path, count, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    closes = numpy.fromfile(path)
    price = pandas.Series(closes, index=pandas.date_range("2015-01-01", periods=len(closes)))
    totals = sweep(price)
    samples = []
    for _ in range(count):
        start = now()
        totals = sweep(price)
        samples.append(now() - start)
    totals.astype(numpy.float64).tofile(out)
    json.dump({"peer": "vectorbt", "version": vectorbt.__version__, "samples": samples}, sys.stdout)


main()
