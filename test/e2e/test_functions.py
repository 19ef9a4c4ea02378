# SPDX-License-Identifier: Apache-2.0
"""Every function of `fulmar calc`, called as its own help shows: what comes back has the shapes that --list tells."""
import csv
import io
import json
import math
import os
import random
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

import fulmar

ROWS = 400
SLOW = {"hmm": ["--param", "starts=2"]}  # what would take seconds under a sanitizer


def sample_quotes(path):
    """Best quotes with a trade at each, and a feed by order of the same kind: adds, executions and deletions."""
    draw = random.Random(8)
    quotes, messages, mid, resting = [], [], 10000, []
    for row in range(ROWS):
        mid += draw.choice((-1, 0, 0, 1))
        bid, ask = mid - draw.randrange(1, 3), mid + draw.randrange(1, 3)
        sizes = [draw.randrange(1, 500), draw.randrange(1, 500)]
        quotes.append([f"2020-01-{row // 24 % 28 + 1:02}", bid / 100, ask / 100, *sizes, draw.choice((bid, ask)) / 100])
    for row in range(3 * ROWS):
        side = draw.choice((1, -1))
        new = [row + 1, draw.randrange(1, 50) * 10, (10000 - side * draw.randrange(1, 20)) * 100, side]
        kind = 1 if len(resting) < 40 else draw.choice((1, 3, 4))
        if kind == 1:
            resting.append(new)
        elif kind == 3:
            new = resting.pop(draw.randrange(len(resting)))
        else:
            side = draw.choice([order[3] for order in resting])
            new = max((order for order in resting if order[3] == side), key=lambda order: side * order[2])
            resting.remove(new)
        messages.append([f"{34200 + row * 0.25:.2f}", kind, *new])
    with open(f"{path}/quotes.csv", "w", encoding="ascii", newline="") as file:
        csv.writer(file).writerows([["date", "bid", "ask", "bid_size", "ask_size", "price"], *quotes])
    with open(f"{path}/X_2020-01-30_0_1_message_1.csv", "w", encoding="ascii", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(messages)


def sample(path):
    """Bars of 400 days, and closes of three assets that move together, as anyone's files look."""
    draw = random.Random(7)
    close, others, lines = 100.0, [50.0, 80.0, 120.0], []
    for day in range(ROWS):
        market = draw.gauss(0.0003, 0.01)
        opened = close * (1 + draw.gauss(0, 0.003))
        close *= 1 + market
        high = max(opened, close) * (1 + abs(draw.gauss(0, 0.004)))
        low = min(opened, close) * (1 - abs(draw.gauss(0, 0.004)))
        others = [price * (1 + share * market + draw.gauss(0, 0.006)) for price, share in zip(others, (1, -0.4, 0.2))]
        date = f"{2020 + day // 336}-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}"
        prices = [f"{price:.2f}" for price in (opened, high, low, close)]
        lines.append([date, *prices, str(draw.randrange(1000, 9000)), str(5 + day % 20), str(day // 20),
                      *(f"{price:.2f}" for price in others)])
    header = ["date", "open", "high", "low", "close", "volume", "periods", "session", "spy", "tlt", "gld"]
    for name in ("bars.csv", "closes.csv"):
        with open(f"{path}/{name}", "w", encoding="ascii", newline="") as file:
            csv.writer(file).writerows([header, *lines])
    small = {"sectors.csv": [["weight", "benchmark_weight", "returns", "benchmark_returns"], [0.4, 0.5, 0.1, 0.05],
                             [0.6, 0.5, -0.02, 0.01]],
             "correlations.csv": [["spy", "tlt"], [1, 0.9], [0.9, 1]]}
    for name, table in small.items():
        with open(f"{path}/{name}", "w", encoding="ascii", newline="") as file:
            csv.writer(file).writerows(table)


class Functions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        sample(cls.folder.name)
        sample_quotes(cls.folder.name)
        listed = json.loads(cls.call(["calc", "--list", "--json"]))["functions"]
        cls.functions = [function for function in listed if function["kind"] != "feature"]
        cls.features = [function for function in listed if function["kind"] == "feature"]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def call(cls, words):
        known_leaks = f"print_suppressions=0:suppressions={fulmar.ROOT}/test/lsan.supp"
        done = subprocess.run([fulmar.PROGRAM, *words], cwd=cls.folder.name, text=True, capture_output=True,
                              env={**os.environ, "LSAN_OPTIONS": known_leaks}, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(words)}: {done.returncode} {done.stderr}")
        return done.stdout

    def example(self, function):
        return function["example"].split()[1:] + SLOW.get(function["name"], [])

    def rows(self, function):
        return ROWS if re.search("(bars|closes|quotes).csv", function["example"]) else 2

    def check_output(self, name, shape, value, rows):
        """One output of the object: its shape, and that something of it is defined."""
        if shape == "number":
            self.assertTrue(value is None or isinstance(value, (int, float, str)), name)
        elif shape == "matrix":
            self.assertEqual(len({len(row) for row in value}), min(1, len(value)), name)
        else:
            self.assertIsInstance(value, list, name)
            if shape == "series":
                self.assertEqual(len(value), rows, name)
        for cell in value if isinstance(value, list) else [value]:
            for number in cell if isinstance(cell, list) else [cell]:
                self.assertTrue(not isinstance(number, float) or math.isfinite(number), name)

    def test_each_function_gives_the_object_that_the_list_announces(self):
        for function in self.functions:
            with self.subTest(function["name"]):
                found = json.loads(self.call(self.example(function) + ["--json"]))
                self.assertEqual(found["function"], function["name"])
                self.assertEqual(found["rows"], self.rows(function))
                self.assertEqual(set(found["params"]), set(function["parameters"]["properties"]))
                shapes = dict(zip(function["outputs"], function["shapes"]))
                for name, value in found["outputs"].items():
                    shape = shapes.get(name) or shapes.get(re.sub(r"_(line|time)$", "", name)) or function["shapes"][-1]
                    if name in ("line", "time"):
                        shape = shapes.get("row") or shapes["value"]
                    self.check_output(name, shape, value, self.rows(function))
                self.assertTrue(any(value not in (None, []) for value in found["outputs"].values()))

    def test_each_function_prints_columns_or_a_text(self):
        for function in self.functions:
            with self.subTest(function["name"]):
                text = self.call(self.example(function))
                self.assertTrue(text.endswith("\n"))
                if function["kind"] == "statistic":
                    self.assertNotIn("nan", text.split())
                    continue
                lines = list(csv.reader(io.StringIO(text)))
                self.assertEqual(len(lines), ROWS + 1)
                self.assertEqual(lines[0][:2], ["date", function["outputs"][0]])
                self.assertEqual({len(line) for line in lines}, {len(lines[0])})
                numbers = [column for column, name in enumerate(lines[0]) if name not in ("date", "time")
                           and not name.endswith("_time")]
                self.assertTrue(all(math.isfinite(float(line[column])) for line in lines[1:] for column in numbers
                                    if line[column] != ""))
                if "pattern" != function["group"]:
                    self.assertEqual([row for row in range(min(ROWS, function["warm_up"])) if "" not in lines[1 + row]],
                                     [], "a row of the warm-up is whole")

    def test_each_feature_gives_the_columns_that_the_list_announces(self):
        self.call(["data", "import", "X_2020-01-30_0_1_message_1.csv", "--tape", "tape"])
        for feature in self.features:
            with self.subTest(feature["name"]):
                words = ["X" if word == "SERIES" else word for word in self.example(feature)]
                found = json.loads(self.call([*words, "--tape", "tape", "--json"]))
                self.assertGreater(found["rows"], ROWS)
                names = [column["name"].split(".")[-1] for column in found["columns"]]
                self.assertEqual(len(names), len(feature["outputs"]))
                for name, output in zip(names, feature["outputs"]):
                    self.assertIn(name, (output, feature["name"]))

    def test_a_feature_without_columns_of_its_own_says_where_it_is_evaluated(self):
        with self.assertRaisesRegex(AssertionError, "fulmar data micro SERIES --features vpin"):
            self.call(["calc", "vpin", "--input", "bars.csv"])
        page = self.call(["calc", "vpin", "--help"])
        self.assertIn("Example:\n  fulmar data micro SERIES --features vpin\n", page)

    def test_each_function_has_a_page_with_what_it_reads_and_gives(self):
        for function in self.functions:
            page = self.call(["calc", function["name"], "--help"])
            words = [*function["parameters"]["properties"], *function["inputs"], *function["outputs"]]
            for word in words:
                self.assertRegex(page, rf"(?m)^  {re.escape(word)}\b", function["name"])
            self.assertIn(f"Example:\n  {function['example']}\n", page)
            self.assertEqual([line for line in page.splitlines() if len(line) > 80 and " --" not in line
                              and "one of" not in line], [], function["name"])

    def test_a_picture_of_each_kind_is_drawn_in_both_themes(self):
        kinds = ["sma", "bbands", "macd", "rsi", "supertrend", "ichimoku", "sar", "cdlengulfing", "garch", "hmm",
                 "regime", "price_spike", "volume_profile", "max_drawdown", "autocorrelation", "ljung_box", "histogram",
                 "quantiles", "tdigest", "renko", "tick_bars", "correlation_matrix", "ols_residuals"]
        known = {function["name"]: function for function in self.functions}
        for name in kinds:
            pictures = set()
            for theme in ("light", "dark"):
                self.call([*self.example(known[name]), "--plot", "picture.svg", "--theme", theme, "--json"])
                with open(f"{self.folder.name}/picture.svg", encoding="utf-8") as file:
                    picture = file.read()
                xml.etree.ElementTree.fromstring(picture)
                self.assertNotIn("nan", picture, name)
                pictures.add(picture)
            self.assertEqual(len(pictures), 2, name)

    def test_the_list_fits_a_narrow_terminal_and_marks_what_repeats(self):
        listing = self.call(["calc", "--list"])
        self.assertEqual([line for line in listing.splitlines() if len(line) > 80], [])
        self.assertIn("correlation_matrix(column ...)", listing)
        for function in self.functions:
            self.assertIn(f"\n  {function['name']}(", listing)
        momentum = self.call(["calc", "--list", "momentum"])
        self.assertIn("  rsi(close)", momentum)
        self.assertNotIn("sharpe", momentum)
        self.assertIn("  garch(returns)", self.call(["calc", "--list", "conditional"]))
        names = [row["name"] for row in json.loads(self.call(["calc", "--list", "momentum", "--json"]))["functions"]]
        self.assertIn("macd", names)
        self.assertNotIn("sma", names)


if __name__ == "__main__":
    fulmar.tap.main()
