# SPDX-License-Identifier: Apache-2.0
"""What the server works out for who asks: indicators, books, footprints, options, portfolios, risk. Every answer is
that of the program itself, asked beside it."""
import csv
import io
import json

import fulmar
import server as kit

BARS = "/api/v1/series/LOCAL/AAA/bar-1d"
FEED = "/api/v1/series/BINANCE-USDM/XUSDT/feed"


class Analysis(fulmar.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.import_session()
        cls.server = kit.Server(cls)
        cls.admin, _ = cls.server.set_up()
        cls.feed = "/api/v1/series/" + next(
            row["name"] for row in cls.server.good("GET", "/api/v1/series", token=cls.admin)["items"]
            if row["kind"] == "feed")

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        super().tearDownClass()
        assert status == 0, status

    def get(self, path):
        return self.server.good("GET", path, token=self.admin)

    def refused(self, path, status, words):
        answer = self.server.call("GET", path, token=self.admin)
        self.assertEqual(answer.status, status, answer.body)
        self.assertIn(words, answer.json["detail"])
        self.assertNotIn(str(self.dir), answer.json["detail"])

    def calc(self, name, *params):
        done = self.good("calc", name, "--input", "AAA.csv", *[f"--param={param}" for param in params])
        rows = list(csv.reader(io.StringIO(done.stdout)))
        return [[float(cell) if cell else None for cell in column] for column in zip(*rows[1:])]

    # Indicators.

    def test_an_indicator_is_that_of_the_program(self):
        for name, params in (("rsi", ["timeperiod=9"]), ("macd", []), ("bbands", ["timeperiod=7", "matype=ema"]),
                             ("atr", []), ("obv", [])):
            told = self.get(f"{BARS}/indicators/{name}?limit=1000" +
                            ("&params=" + ",".join(params) if params else ""))
            expected = self.calc(name, *params)
            self.assertEqual(len(told["outputs"]), len(expected), name)
            for output, column in zip(told["outputs"], expected):
                self.assertEqual(len(output["values"]), len(column))
                for value, right in zip(output["values"], column):
                    self.assertEqual(value is None, right is None, name)
                    if right is not None:
                        self.assertAlmostEqual(value, right, delta=1e-9 * max(1, abs(right)), msg=name)

    def test_numbers_of_rows_count_from_the_answer_s_first(self):
        low = [float(price) for price in self.get(f"{BARS}/bars?limit=1000")["close"]]
        told = self.get(f"{BARS}/indicators/minindex?limit=50&latest=true&params=timeperiod=20")
        for row, value in enumerate(told["outputs"][0]["values"]):
            end = len(low) - 50 + row + 1
            self.assertEqual(low[len(low) - 50 + int(value)], min(low[end - 20:end]))

    def test_a_part_of_it_knows_what_was_before(self):
        whole = self.get(f"{BARS}/indicators/ema?limit=1000")
        last = self.get(f"{BARS}/indicators/ema?limit=10&latest=true")
        self.assertEqual(last["open_ns"], whole["open_ns"][-10:])
        self.assertEqual(last["outputs"][0]["values"], whole["outputs"][0]["values"][-10:])
        self.assertEqual(last["warm_rows"], len(whole["open_ns"]) - 10)
        first = self.get(f"{BARS}/indicators/ema?limit=100")
        rest = self.get(f"{BARS}/indicators/ema?limit=1000&from={first['next']}")
        self.assertEqual(first["outputs"][0]["values"] + rest["outputs"][0]["values"], whole["outputs"][0]["values"])
        self.assertIsNone(rest["next"])

    def test_rows_are_the_stretches_of_a_chart(self):
        span = "from=2015-03-02&to=2016-01-01"
        chart = self.get(f"{BARS}/chart?{span}&points=40")
        days = chart["width_ns"] // 86_400_000_000_000
        self.assertGreater(days, 1)
        told = self.get(f"{BARS}/indicators/sma?{span}&frame={days}d&params=timeperiod=3")
        self.assertEqual(told["open_ns"], chart["from_ns"])
        closes = [float(price) for price in chart["close"]]
        for i, value in enumerate(told["outputs"][0]["values"][2:]):
            self.assertAlmostEqual(value, sum(closes[i:i + 3]) / 3, 9)

    def test_what_cannot_be_is_refused(self):
        self.refused(f"{BARS}/indicators/nothing", 404, "no indicator")
        self.refused(f"{BARS}/indicators/rsi?params=timeperiod=0", 422, "[2, 100000]")
        self.refused(f"{BARS}/indicators/rsi?params=timeperiods=14", 422, "timeperiod")
        self.refused(f"{BARS}/indicators/rsi?params=timeperiod", 400, "params")
        self.refused(f"{BARS}/indicators/rsi?frame=36h", 422, "multiple")
        known = self.get("/api/v1/indicators")["items"]
        other = next(row for row in known if set(row["inputs"]) - {"open", "high", "low", "close", "volume"})
        self.refused(f"{BARS}/indicators/{other['name']}", 422, "which bars have not")
        self.refused(f"{self.feed}/indicators/rsi", 422, "bars")

    # Feeds.

    def test_feeds_show_what_the_program_shows(self):
        series = self.feed[len("/api/v1/series/"):]
        for path, words in (("book?levels=3", ["book", "--levels=3"]),
                            ("book?at=2023-11-14T22:13:40Z", ["book", "--at=2023-11-14T22:13:40Z"]),
                            ("heatmap?columns=20&rows=11", ["heatmap", "--columns=20", "--rows=11"]),
                            ("footprint?bar=10s&tick_multiple=5", ["footprint", "--bar=10s", "--tick-multiple=5"]),
                            ("footprint?bar=trades=50", ["footprint", "--bar=trades=50"]),
                            ("profile", ["profile"]),
                            ("profile?by=session", ["profile", "--session"]),
                            ("profile?by=rolling&rolling=20s&step=5s", ["profile", "--rolling=20s", "--step=5s"])):
            self.assertEqual(self.get(f"{self.feed}/{path}"), self.json("data", words[0], series, *words[1:]), path)

    def test_a_grid_is_the_book_at_the_ends_of_its_columns(self):
        grid = self.get(f"{self.feed}/heatmap?columns=10&rows=50")
        self.assertEqual(len(grid["values"]), 500)
        step = (grid["high"] - grid["low"]) / 50
        book = self.get(f"{self.feed}/book?levels=1000")
        shown = [level for side in ("bids", "asks") for level in book[side]
                 if grid["low"] < float(level["price"]) < grid["high"]]
        self.assertAlmostEqual(sum(grid["values"][9::10]), sum(float(level["quantity"]) for level in shown), 9)
        for level in (book["bids"][0], book["asks"][0]):
            row = (float(level["price"]) - grid["low"]) / step
            near = [grid["values"][max(0, int(row + shift)) * 10 + 9] for shift in (-1e-6, 1e-6)]
            self.assertGreaterEqual(max(near), float(level["quantity"]) - 1e-9)
        self.assertAlmostEqual(grid["bid"][9], float(book["bids"][0]["price"]), 9)
        self.assertGreaterEqual(grid["trades"], len(grid["trade_x"]))

    def test_feeds_that_are_none_are_refused(self):
        self.refused("/api/v1/series/NOWHERE/X/feed/book", 404, "no series")
        self.refused("/api/v1/series/-json/X/feed/book", 404, "venue")
        self.refused(f"{BARS}/book", 422, "no feed")
        self.refused(f"{self.feed}/footprint?bar=volume=-1", 400, "bar")
        self.refused(f"{self.feed}/profile?by=rolling", 422, "rolling")


if __name__ == "__main__":
    fulmar.tap.main()
