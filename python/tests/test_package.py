# SPDX-License-Identifier: Apache-2.0
"""The Python package over the built library: the program's own numbers, and memory that is the tape's."""
import csv
import datetime
import json
import math
import os
import pathlib
import subprocess
import tempfile
import unittest

import tap

import fulmar

PROGRAM = os.environ["FULMAR_PROGRAM"]
try:
    import numpy
    import pandas
    import pyarrow
except ImportError:
    numpy = pandas = pyarrow = None
needs_numpy = unittest.skipIf(pyarrow is None, "no numpy, pandas and pyarrow; ./dev python installs them")


class Cross(fulmar.Strategy):
    """Long while the fast average is above the slow one."""

    inputs = ["sma(close, $fast)", "sma(close, $slow)"]
    fast = fulmar.Parameter(10, min=1, max=500, unit="bars", help="Length of the fast average.")
    slow = fulmar.Parameter(30, min=2, max=1000, unit="bars", help="Length of the slow average.")

    def decide(self, moment):
        fast, slow = moment.inputs
        return 1.0 if fast > slow else 0.0


class Broken(fulmar.Strategy):
    """Divides by zero."""

    def decide(self, moment):
        return 1 / 0


class Wild(fulmar.Strategy):
    """Wants twice its equity."""

    def decide(self, moment):
        return 2.0


def bars(days=800, state=5):
    """Rows of a walk in cents, the same on every machine."""
    price, day = 5000, datetime.date(2015, 1, 1)
    for _ in range(days):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        opened, price = price, max(500, price + (state >> 33) % 201 - 99)
        low, high = min(opened, price) - 7, max(opened, price) + 9
        yield [day.isoformat(), *(f"{c / 100:.2f}" for c in (opened, high, low, price)), str(1000 + (state >> 40) % 900)]
        day += datetime.timedelta(days=1)


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="fulmar_python_")
        cls.dir = pathlib.Path(cls.folder.name)
        cls.root = str(cls.dir / "tape")
        cls.rows = list(bars())
        with open(cls.dir / "AAA.csv", "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [["date", "open", "high", "low", "close", "volume"], *cls.rows])
        cls.close = [float(row[4]) for row in cls.rows]
        cls.run_program("data", "import", str(cls.dir / "AAA.csv"), "--symbol", "AAA", "--calendar", "24/7",
                        f"--tape={cls.root}")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def run_program(cls, *words):
        env = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}
        return subprocess.run([PROGRAM, *words], check=True, capture_output=True, text=True, env=env).stdout

    def test_a_tape_is_its_integers_in_place(self):
        self.assertEqual(fulmar.series(self.root), ["LOCAL/AAA/bar-1d"])
        tape = fulmar.Tape("AAA", self.root)
        self.assertEqual((tape.name, len(tape)), ("LOCAL/AAA/bar-1d", len(self.rows)))
        part = tape.partitions()[0]
        self.assertEqual(list(part), ["open_time", "close_time", "open", "high", "low", "close", "volume"])
        close, opened = part["close"], part["open_time"]
        self.assertEqual((close.unit, close.decimals, opened.unit), ("decimal", 2, "ns"))
        self.assertEqual(list(close.memory()), [round(100 * value) for value in self.close])
        day = datetime.datetime.fromisoformat(self.rows[0][0]).replace(tzinfo=datetime.timezone.utc)
        self.assertEqual(opened.memory()[0], int(day.timestamp()) * 10**9)
        with self.assertRaises(TypeError):
            close.memory()[0] = 1

    def test_memory_outlives_the_tape_it_came_from(self):
        memory = fulmar.Tape("AAA", self.root).partitions()[0]["close"].memory()
        self.assertEqual(memory[-1], round(100 * self.close[-1]))

    def test_calc_is_the_programs_calc(self):
        got = fulmar.calc("rsi", self.close, timeperiod=14)["value"]
        said = self.run_program("calc", "rsi", "--param", "timeperiod=14", "--input", str(self.dir / "AAA.csv"))
        cells = [row["value"] for row in csv.DictReader(said.splitlines())]
        for mine, cell in zip(got, cells, strict=True):
            self.assertTrue(math.isnan(mine) if cell == "" else float(cell) == mine)

    def test_a_statistic_leaves_rows_with_holes_out(self):
        returns = [b / a - 1 for a, b in zip(self.close, self.close[1:])]
        whole = fulmar.calc("sharpe", returns, periods=252)["value"]
        self.assertEqual(fulmar.calc("sharpe", [math.nan, *returns, math.nan], periods=252)["value"], whole)
        mean = sum(returns) / len(returns)
        deviation = math.sqrt(sum((r - mean) ** 2 for r in returns) / (len(returns) - 1))
        self.assertAlmostEqual(whole, mean / deviation * math.sqrt(252), places=9)

    def test_a_matrix_has_its_rows(self):
        matrix = next(iter(fulmar.calc("covariance_matrix", self.close, self.close[::-1]).values()))
        self.assertEqual([len(matrix), len(matrix[0])], [2, 2])
        mean = sum(self.close) / len(self.close)
        variance = sum((value - mean) ** 2 for value in self.close) / (len(self.close) - 1)
        self.assertAlmostEqual(matrix[0][0] / variance, 1, places=12)
        self.assertEqual(matrix[0][1], matrix[1][0])

    def test_a_strategy_in_python_trades_as_the_built_in_one(self):
        mine = fulmar.backtest("AAA", [{"strategy": Cross, "params": {"fast": 5, "slow": 20}}], root=self.root)
        built = fulmar.backtest("AAA", [{"strategy": "sma_cross", "params": {"fast": 5, "slow": 20}}], root=self.root)
        self.assertGreater(len(built.table("trades")), 10)
        self.assertEqual(mine.csv("equity"), built.csv("equity"))
        for one, other in zip(mine.table("trades"), built.table("trades"), strict=True):
            self.assertEqual({**one, "strategy": ""}, {**other, "strategy": ""})

    def test_a_run_is_the_programs_run(self):
        run = fulmar.backtest("AAA", ["sma_cross"], root=self.root, capital=50000)
        said = json.loads(self.run_program("backtest", "--data", "AAA", "--strategy", "sma_cross", "--capital", "50000",
                                           f"--tape={self.root}", "--json"))
        self.assertEqual(run.report["statistics"], said["statistics"])
        self.assertEqual(run.report["tables"]["trades"], said["tables"]["trades"])
        run.save(self.dir / "report.html")
        self.assertIn("<!doctype html>", (self.dir / "report.html").read_text(encoding="utf-8").lower()[:200])

    def test_an_exception_of_a_strategy_is_raised_and_the_next_run_is_sound(self):
        with self.assertRaisesRegex(RuntimeError, "ZeroDivisionError"):
            fulmar.backtest("AAA", [Broken], root=self.root)
        with self.assertRaisesRegex(fulmar.Error, "weight"):
            fulmar.backtest("AAA", [Wild], root=self.root)
        self.assertEqual(len(fulmar.backtest("AAA", ["buy_and_hold"], root=self.root).table("trades")), 1)

    def test_a_sweep_ranks_what_a_run_gives(self):
        found = fulmar.sweep("AAA", "sma_cross", {"fast": range(5, 16, 5), "slow": [20, 30, 40]}, root=self.root)
        self.assertEqual((len(found), found.summary["trials"]), (9, 9))
        params = found.best["params"]
        run = fulmar.backtest("AAA", [{"strategy": "sma_cross", "params": params}], root=self.root)
        self.assertAlmostEqual(found.best["sharpe"], run.report["statistics"]["sharpe"], places=12)

    def test_mistakes_are_errors_that_name_the_remedy(self):
        rows = [
            (lambda: fulmar.calc("rsy", self.close), "not_found", "did you mean 'rsi'"),
            (lambda: fulmar.calc("rsi", self.close, period=1.5), None, "period"),
            (lambda: fulmar.calc("rsi", self.close, self.close), "argument", "reads 1 column"),
            (lambda: fulmar.Tape("NOPE", self.root), "not_found", "NOPE"),
            (lambda: fulmar.backtest("AAA", ["sma_crosss"], root=self.root), None, "sma_cross"),
            (lambda: fulmar.backtest_yaml("strategies: [", self.root), "parse", "configuration"),
            (lambda: fulmar.sweep("AAA", "sma_cross", {"fats": [1]}, root=self.root), "argument", "fast"),
        ]
        for number, (call, code, word) in enumerate(rows):
            with self.subTest(number), self.assertRaises(fulmar.Error) as caught:
                call()
            self.assertIn(word, str(caught.exception))
            if code is not None:
                self.assertEqual(caught.exception.code, code)
        with self.assertRaises(ValueError):
            fulmar.calc("correl", self.close, self.close[1:])

    @needs_numpy
    def test_numpy_reads_the_tapes_own_memory(self):
        column = fulmar.Tape("AAA", self.root).partitions()[0]["close"]
        array = column.to_numpy()
        self.assertEqual(array.__array_interface__["data"], (column._address, True))
        self.assertTrue(numpy.array_equal(column.values(), numpy.array(self.close)))
        with self.assertRaises(ValueError):
            array[0] = 0

    @needs_numpy
    def test_arrow_and_pandas_have_the_same_columns(self):
        tape = fulmar.Tape("AAA", self.root)
        table, frame = tape.to_arrow(), tape.to_pandas()
        chunk = table["close"].chunk(0)
        self.assertEqual(chunk.buffers()[1].address, tape.partitions()[0]["close"]._address)
        self.assertEqual(chunk.to_pylist(), [round(100 * value) for value in self.close])
        self.assertEqual(list(frame["close"]), self.close)
        self.assertEqual(str(frame.index[0]), f"{self.rows[0][0]} 00:00:00+00:00")

    @needs_numpy
    def test_pandas_computes_the_same_averages(self):
        close = pandas.Series(self.close)
        ours = fulmar.calc("sma", close, timeperiod=20)["value"]
        numpy.testing.assert_allclose(ours[19:], close.rolling(20).mean()[19:], rtol=1e-12)
        run = fulmar.backtest("AAA", ["sma_cross"], root=self.root)
        self.assertEqual(run.to_arrow("trades").num_rows, len(run.to_pandas("trades")))

    @needs_numpy
    def test_the_notebook_runs(self):
        path = pathlib.Path(__file__).parents[1] / "examples" / "first_steps.ipynb"
        os.environ["FULMAR_TAPE"] = self.root
        names = {}
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
        self.assertGreater(len(names["own"].table("trades")), 3)
        self.assertEqual(len(names["found"]), 40)


if __name__ == "__main__":
    tap.main()
