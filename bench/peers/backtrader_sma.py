# SPDX-License-Identifier: Apache-2.0
"""backtrader_sma.py FILE SAMPLES: SMA cross 20/100 over a CSV of one-minute bars, event-driven.

Half of the equity when the fast average is above the slow one, else flat; sizes are multiples of 1e-8; a decision on
a close fills at the next open; a fee of 1 basis point. Timed is cerebro.run() alone, vectorised indicators included
(runonce, preload), without observers; the text was read before.
"""
import json
import math
import sys

import backtrader
import pandas

from stopwatch import now


class Cross(backtrader.Strategy):
    def __init__(self):
        self.fast = backtrader.indicators.SMA(self.data.close, period=20)
        self.slow = backtrader.indicators.SMA(self.data.close, period=100)
        self.above = None
        self.fills = 0

    def notify_order(self, order):
        self.fills += order.status == order.Completed

    def next(self):
        fast, slow = self.fast[0], self.slow[0]
        above = fast > slow
        if fast == slow or above == self.above:
            return
        first_flat = self.above is None and not above
        self.above = above
        if first_flat:
            return
        if above:
            self.buy(size=math.floor(0.5 * self.broker.getvalue() / self.data.close[0] * 1e8) / 1e8)
        else:
            self.close()


def run(frame):
    cerebro = backtrader.Cerebro(stdstats=False)
    cerebro.adddata(backtrader.feeds.PandasData(dataname=frame, openinterest=None))
    cerebro.addstrategy(Cross)
    cerebro.broker.setcash(1000000)
    cerebro.broker.setcommission(commission=0.0001)
    start = now()
    strategy = cerebro.run()[0]
    return now() - start, strategy.fills, cerebro.broker.getvalue()


def main():
    path, count = sys.argv[1], int(sys.argv[2])
    frame = pandas.read_csv(path)
    frame.index = pandas.to_datetime(frame.pop("time"), unit="ms")
    runs = [run(frame) for _ in range(count)]
    json.dump({"peer": "backtrader", "version": backtrader.__version__, "samples": [seconds for seconds, _, _ in runs],
               "fills": runs[0][1], "equity": runs[0][2]}, sys.stdout)


main()
