# SPDX-License-Identifier: Apache-2.0
"""Fulmar from Python: tapes as columns, indicators and statistics, backtests, sweeps, strategies.

    import fulmar
    bars = fulmar.Tape("BTC-USD").to_pandas()
    rsi = fulmar.calc("rsi", bars["close"], timeperiod=14)["value"]
    run = fulmar.backtest(data="BTC-USD", strategies=["sma_cross"], capital=100000)

docs/python.md tells the rest.
"""
from ._library import Error, library
from .backtest import Result, backtest, backtest_yaml
from .calc import calc, functions
from .strategy import Moment, Parameter, Strategy
from .sweep import Sweep, sweep
from .tape import Column, Tape, series

__version__ = library.fulmar_version().decode()
__all__ = ["Column", "Error", "Moment", "Parameter", "Result", "Strategy", "Sweep", "Tape", "backtest", "backtest_yaml",
           "calc", "functions", "series", "sweep"]
