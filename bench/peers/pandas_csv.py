# SPDX-License-Identifier: Apache-2.0
"""pandas_csv.py FILE {header|bitfinex} SAMPLES: pandas.read_csv of a file of bars, and the sums of its columns."""
import json
import sys

import pandas

from stopwatch import now

BITFINEX = ["time", "open", "close", "high", "low", "volume"]
SUMMED = ["open", "high", "low", "close", "volume"]


def read(path, kind):
    if kind == "bitfinex":
        return pandas.read_csv(path, header=None, names=BITFINEX)
    return pandas.read_csv(path)


def main():
    path, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    samples = []
    read(path, kind)
    for _ in range(count):
        start = now()
        frame = read(path, kind)
        samples.append(now() - start)
    json.dump({"peer": "pandas.read_csv", "version": pandas.__version__, "samples": samples, "rows": len(frame),
               "sums": [float(frame[name].sum()) for name in SUMMED]}, sys.stdout)


main()
