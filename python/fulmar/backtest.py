# SPDX-License-Identifier: Apache-2.0
"""Backtests: the program's own engine, venue, ledger and report."""
import csv
import ctypes
import io
import json
import weakref

from . import strategy as strategies
from ._library import check, library, take_text
from .tape import data_root


class Result:
    """A run that is over. Tables are those of the report ("trades", "equity", "orders", "days" ...)."""

    def __init__(self, handle):
        self._handle = handle
        self._end = weakref.finalize(self, library.fulmar_run_free, handle)
        self._json = None

    @property
    def report(self):
        """The report as `fulmar backtest --json` prints it. Amounts are exact decimals, as text."""
        if self._json is None:
            self._json = json.loads(take_text(library.fulmar_run_json, self._handle))
        return self._json

    @property
    def state_hash(self):
        """Of the engine at its end: equal runs have equal ones."""
        return f"{library.fulmar_run_state_hash(self._handle):016x}"

    def table(self, name):
        """A table's rows as dicts of text."""
        return list(csv.DictReader(io.StringIO(self.csv(name), newline="")))

    def csv(self, name):
        return take_text(library.fulmar_run_table, self._handle, name.encode())

    def to_pandas(self, name="trades"):
        import pandas

        return pandas.read_csv(io.StringIO(self.csv(name)))

    def to_arrow(self, name="trades"):
        import pyarrow.csv

        return pyarrow.csv.read_csv(io.BytesIO(self.csv(name).encode()))

    def save(self, path):
        """The report's page: one file, no network."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(take_text(library.fulmar_run_page, self._handle))


def _strategy(one):
    """A strategy of a configuration: a name, a class, or a dict whose `strategy` is one of these."""
    row = dict(one) if isinstance(one, dict) else {"strategy": one}
    if isinstance(row["strategy"], type):
        row["strategy"] = strategies.register(row["strategy"])
    params = row.get("params", [])
    if isinstance(params, dict):
        row["params"] = [f"{key}={value}" for key, value in params.items()]
    return row


def backtest(data=None, strategies=None, root=None, **configuration):
    """Runs a configuration: the keys of the YAML that `fulmar backtest --config` reads, as Python values.

    >>> fulmar.backtest(data=["BTC-USD"], strategies=["sma_cross"], capital=100000).report["statistics"]["sharpe"]
    """
    if data is not None:
        configuration["data"] = [data] if isinstance(data, str) else list(data)
    if strategies is not None:
        several = strategies if isinstance(strategies, (list, tuple)) else [strategies]
        configuration["strategies"] = [_strategy(one) for one in several]
    if "capital" in configuration:
        configuration["capital"] = str(configuration["capital"])
    return backtest_yaml(json.dumps(configuration), root)


def backtest_yaml(configuration, root=None):
    """The same of a configuration's text."""
    handle = ctypes.c_void_p()
    code = library.fulmar_backtest(configuration.encode(), data_root(root).encode(), ctypes.byref(handle))
    if code >= 0:
        result = Result(handle)
        strategies.raise_faults()
        return result
    strategies.raise_faults()
    return check(code)
