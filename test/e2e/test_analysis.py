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
        self.refused(f"{BARS}/indicators/rsi?frame=15000w", 422, "3660 days")
        end = "from=2262-04-11T00:00:00Z&to=2262-04-11T23:00:00Z"  # where 64 bits of nanoseconds end
        self.assertEqual(self.get(f"{BARS}/indicators/rsi?{end}")["open_ns"], [])
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

    # Options.

    QUOTES = "expiry,type,strike,bid,ask\n" + "".join(
        f"2026-{month}-19,{kind},{strike},{bid},{bid + 0.2:.2f}\n"
        for month in ("06", "09")
        for strike, call, put in ((90, 12, 1.2), (95, 8, 2.3), (100, 5, 4.1), (105, 3, 7), (110, 1.9, 10.8))
        for kind, bid in (("C", call), ("P", put)))

    def answer(self, path, body):
        return self.server.good("POST", path, body, self.admin)

    def not_done(self, path, body, status, words):
        answer = self.server.call("POST", path, body, self.admin)
        self.assertEqual(answer.status, status, answer.body)
        self.assertIn(words, answer.json["detail"])
        self.assertNotIn(str(self.dir), answer.json["detail"])

    def test_options_are_worked_out_as_the_program_does(self):
        (self.dir / "quotes.csv").write_text(self.QUOTES)
        (self.dir / "tape" / "options").mkdir(exist_ok=True)
        (self.dir / "tape" / "options" / "mine.csv").write_text(self.QUOTES)
        self.assertEqual([row["name"] for row in self.get("/api/v1/options/sources")["items"]], ["mine.csv"])
        sent = {"csv": self.QUOTES, "date": "2026-03-20", "rate": 0.0125}
        words = ["--input", "quotes.csv", "--date", "2026-03-20", "--rate", "0.0125"]
        chain = self.json("option", "chain", *words)
        self.assertEqual(self.answer("/api/v1/options/chain", sent), chain)
        self.assertEqual(self.answer("/api/v1/options/chain", {**sent, "csv": "", "source": "mine.csv"}), chain)
        for model in ("svi", "ssvi"):
            self.assertEqual(self.answer("/api/v1/options/surface", {**sent, "model": model}),
                             self.json("option", "surface", *words, "--model", model))
        self.not_done("/api/v1/options/chain", {}, 422, "csv or source")
        self.not_done("/api/v1/options/chain", {"source": "yours.csv"}, 422, "no file")
        self.not_done("/api/v1/options/chain", {"source": "../tape"}, 400, "/source")
        self.not_done("/api/v1/options/chain", {"csv": self.QUOTES + "x\n", "date": "2026-03-20"}, 422, "csv:22")

    def test_positions_are_worth_what_the_program_says(self):
        legs = [{"quantity": 1, "type": "call", "strike": 100.1, "premium": 5.2},
                {"quantity": -2, "type": "call", "strike": 110, "vol": 0.3}, {"quantity": 0.5, "type": "share"}]
        sent = {"legs": legs, "spot": 99.7, "days": 30, "vol": 0.25, "spots": [80, 100.5, 120], "later": [0, 10],
                "vol_change": [-0.05, 0.05], "rate": 0.02}
        said = self.json("option", "strategy", "--leg=1:call:100.1:5.2", "--leg=-2:call:110::0.3", "--leg=0.5:share",
                         "--spot=99.7", "--days=30", "--vol=0.25", "--spots=80,100.5,120", "--later=0,10",
                         "--vol-change=-0.05,0.05", "--rate=0.02")
        self.assertEqual(self.answer("/api/v1/options/strategy", sent), said)
        condor = {"name": "iron-condor", "strikes": [85, 90, 110, 115], "spot": 100, "days": 30, "vol": 0.25}
        self.assertEqual(self.answer("/api/v1/options/strategy", condor),
                         self.json("option", "strategy", "--name=iron-condor", "--strikes=85,90,110,115", "--spot=100",
                                   "--days=30", "--vol=0.25"))
        self.not_done("/api/v1/options/strategy", {"legs": []}, 422, "legs or a name")
        self.not_done("/api/v1/options/strategy", {**condor, "name": "nothing"}, 422, "nothing")

    # Portfolios and risk.

    SERIES = ["LOCAL/AAA/bar-1d", "BBB", "LOCAL/CCC/bar-1d"]

    def closes(self, rows=600, last="9999"):
        columns = [dict(line.split(",")[0:5:4] for line in (self.dir / f"{name}.csv").read_text().splitlines()[1:])
                   for name in ("AAA", "BBB", "CCC")]
        days = [day for day in columns[0] if day <= last][-rows:]
        return days, [[float(column[day]) for day in days] for column in columns]

    def write_table(self, returns, rows=600, last="9999"):
        days, columns = self.closes(rows, last)
        if returns:
            columns = [[now / then - 1 for then, now in zip(prices, prices[1:])] for prices in columns]
            days = days[1:]
        lines = [f"{day},{','.join(map(repr, row))}" for day, *row in zip(days, *columns)]
        (self.dir / "table.csv").write_text("\n".join(["date,AAA,BBB,CCC", *lines]) + "\n")

    def near(self, told, said):
        self.assertEqual(type(told), type(said))
        if isinstance(said, dict):
            self.assertEqual(list(told), list(said))
            for key in said:
                if key != "certificate":
                    self.near(told[key], said[key])
        elif isinstance(said, list):
            self.assertEqual(len(told), len(said))
            for one, other in zip(told, said):
                self.near(one, other)
        elif isinstance(said, float):
            self.assertAlmostEqual(told, said, delta=1e-9 * max(1, abs(said)))
        else:
            self.assertEqual(told, said)

    def test_portfolios_are_those_of_the_program(self):
        self.write_table(False)
        text = (self.dir / "table.csv").read_text()
        for method, more in (("max-sharpe", {"rf": 0.01}), ("frontier", {"points": 4}), ("hrp", {}),
                             ("min-cvar", {"confidence": 0.9}), ("min-variance", {"max_weight": 0.5})):
            words = [f"--{name.replace('_', '-')}={value}" for name, value in more.items()]
            said = self.json("portfolio", method, "--prices", "table.csv", *words)
            for data in ({"series": self.SERIES}, {"prices": text}):
                self.near(self.answer("/api/v1/portfolio/optimise", {"method": method, **data, **more}), said)
        self.not_done("/api/v1/portfolio/optimise", {"method": "hrp"}, 422, "one of them")
        self.not_done("/api/v1/portfolio/optimise", {"method": "hrp", "series": ["NOTHING"]}, 422, "no series")
        self.not_done("/api/v1/portfolio/optimise", {"method": "hrp", "prices": "a,b\n1,x\n"}, 422, "prices")

    def test_risk_is_that_of_the_program(self):
        self.write_table(True, rows=300)
        (self.dir / "weights.csv").write_text("asset,weight\nAAA,0.5\nBBB,0.7\nCCC,-0.2\n")
        weights = [{"name": name, "weight": weight} for name, weight in (("AAA", 0.5), ("BBB", 0.7), ("CCC", -0.2))]
        files = ["--returns", "table.csv", "--weights", "weights.csv"]
        sent = {"series": self.SERIES, "rows": 300, "weights": weights}
        for measure, more, words in (("var", {"level": [0.95, 0.99]}, ["--level=0.95", "--level=0.99"]),
                                     ("es", {"method": "mc-normal", "paths": 1000, "seed": 7},
                                      ["--method=mc-normal", "--paths=1000", "--seed=7"]),
                                     ("contrib", {"level": [0.95]}, ["--level=0.95"])):
            said = self.json("risk", measure, *files, *words)
            self.near(self.answer("/api/v1/risk/tail", {"measure": measure, **sent, **more}), said)
        self.not_done("/api/v1/risk/tail", {"measure": "var", "series": self.SERIES, "weights": []}, 422, "weights")
        weights = [{"name": "ZZZ", "weight": 1}]
        self.not_done("/api/v1/risk/tail", {"measure": "var", "series": self.SERIES, "weights": weights}, 422, "ZZZ")

    def test_what_a_session_holds_is_judged_up_to_its_clock(self):
        body = {"name": "held", "strategies": [{"name": "buy_and_hold"}], "data": self.SERIES, "pace": 0,
                "paused": True}
        self.server.good("POST", "/api/v1/sessions", body, self.admin)
        path = "/api/v1/sessions/held"
        self.refused(f"{path}/risk/tail", 422, "nothing is held")
        self.server.good("POST", f"{path}/clock", {"action": "step", "steps": 400}, self.admin)
        self.server.wait(path, self.admin, lambda session: session["state"] == "paused")
        exposures = self.get(f"{path}/risk/exposures")
        self.assertEqual({row["instrument"] for row in exposures["items"]}, {"LOCAL/AAA", "LOCAL/BBB", "LOCAL/CCC"})
        held = {row["instrument"][-3:]: row["value"] for row in exposures["items"]}
        self.assertAlmostEqual(sum(held.values()), exposures["net"], 6)
        self.assertAlmostEqual(sum(row["share"] for row in exposures["items"]), exposures["leverage"], 9)
        day = exposures["clock"][:10]
        last, columns = self.closes(last=day)
        if exposures["clock"][11:19] == "00:00:00":  # a bar is known when it closes, at the next day's start
            last, columns = last[:-1], [column[:-1] for column in columns]
        for (name, value), prices in zip(sorted(held.items()), columns):
            qty = next(row["qty"] for row in exposures["items"] if row["instrument"].endswith(name))
            self.assertAlmostEqual(value, qty * prices[-1], 6)
        self.write_table(True, rows=200, last=last[-1])
        names = sorted(held)
        (self.dir / "amounts.csv").write_text("asset,amount\n" + "".join(f"{n},{held[n]!r}\n" for n in names))
        files = ["--returns", "table.csv", "--weights", "amounts.csv", "--amounts"]
        said = self.json("risk", "var", *files, "--level=0.95")
        told = self.get(f"{path}/risk/tail?level=0.95&rows=200")
        self.assertAlmostEqual(told["0.95"]["historical_type7"], said["0.95"]["historical_type7"], 6)
        whole = self.get(f"{path}/risk/tail?measure=contrib&rows=200")
        self.assertAlmostEqual(sum(whole["component"]), whole["var_zero_mean"], 6)
        self.check_correlations(self.get(f"{path}/risk/correlations?rows=200"), columns)
        self.assertEqual(self.server.call("DELETE", path, token=self.admin).status, 204)

    def check_correlations(self, told, columns):
        returns = [[now / then - 1 for then, now in zip(column[-200:], column[-199:])] for column in columns]
        self.assertEqual(told["rows"], 199)
        for i, left in enumerate(returns):
            for k, right in enumerate(returns):
                mean, other = sum(left) / 199, sum(right) / 199
                both = sum((a - mean) * (b - other) for a, b in zip(left, right))
                scale = (sum((a - mean) ** 2 for a in left) * sum((b - other) ** 2 for b in right)) ** 0.5
                self.assertAlmostEqual(told["matrix"][i][k], both / scale, 9)

    # Work.

    def test_a_walk_forward_is_that_of_the_program(self):
        space = [{"param": "fast", "values": "3,5"}, {"param": "slow", "values": "20,40"}]
        body = {"strategy": "sma_cross", "space": space, "data": self.SERIES[:1], "windows": 4, "method": "anchored",
                "venue": ["allow_short=on"]}
        job = self.server.good("POST", "/api/v1/jobs/walkforwards", body, self.admin)
        self.assertEqual(job["kind"], "walkforward")
        done = self.server.wait(f"/api/v1/jobs/{job['job']}", self.admin, lambda job: job["ended"])
        self.assertEqual(done["state"], "done", done)
        said = self.json("walkforward", "--strategy=sma_cross", "--param=fast=3,5", "--param=slow=20,40",
                         f"--data={self.SERIES[0]}", "--windows=4", "--method=anchored", "--venue=allow_short=on")
        told = self.get(f"/api/v1/jobs/{job['job']}/result")
        self.assertEqual(told["windows"], said["windows"])
        answer = self.server.call("POST", "/api/v1/jobs/walkforwards", {**body, "venue": ["x=/etc"]}, self.admin)
        self.assertEqual(answer.status, 400)

    def test_metrics_tell_of_every_part(self):
        body = {"name": "metered", "strategies": [{"name": "buy_and_hold"}], "data": self.SERIES, "pace": 0,
                "risk": ["order_size.max_units=1000000"]}
        self.server.good("POST", "/api/v1/sessions", body, self.admin)
        done = self.server.wait("/api/v1/sessions/metered", self.admin, lambda row: row.get("state") == "ended")
        text = self.server.call("GET", "/metrics", token=self.admin).body.decode()
        samples, last, seen = {}, None, set()
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                last = line.split()[2]
                self.assertNotIn(last, seen)  # a family stands in one place
                seen.add(last)
            elif not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                base = name.split("{")[0]
                self.assertTrue(base == last or base.startswith(last + "_"), line)
                samples[name] = float(value)
        of = '{session="metered"}'
        self.assertEqual(samples["fulmar_engine_events_total" + of], done["counts"]["events"])
        self.assertEqual(samples["fulmar_engine_fills_total" + of], done["counts"]["fills"])
        self.assertAlmostEqual(samples["fulmar_risk_equity" + of], float(done["account"]["equity"]), 2)
        self.assertEqual(samples['fulmar_risk_rule_vetoes_total{session="metered",rule="order_size"}'], 0)
        for name in ("fulmar_security_strikes_total", "fulmar_store_audit_waiting", 'fulmar_jobs{state="done"}',
                     'fulmar_lane_busy{lane="question"}', "fulmar_http_connections"):
            self.assertIn(name, samples)
        self.assertEqual(self.server.call("DELETE", "/api/v1/sessions/metered", token=self.admin).status, 204)

    def test_instruments_have_the_kinds_of_their_series(self):
        items = self.get("/api/v1/instruments")["items"]
        self.assertEqual([row["kinds"] for row in items if row["symbol"] in ("AAA", "BBB", "CCC")], [["bar-1d"]] * 3)
        self.assertIn("feed", next(row for row in items if row["symbol"] == "XUSDT")["kinds"])
        first = self.get("/api/v1/instruments?limit=2")
        rest = self.get(f"/api/v1/instruments?cursor={first['next']}")
        self.assertEqual(first["items"] + rest["items"], items)

    def test_a_report_opens_by_a_ticket_once(self):
        body = {"run": "paged", "strategies": [{"name": "buy_and_hold"}], "data": self.SERIES[:1]}
        job = self.server.good("POST", "/api/v1/jobs/backtests", body, self.admin)["job"]
        self.server.wait(f"/api/v1/jobs/{job}", self.admin, lambda job: job["ended"])
        ticket = self.server.good("POST", "/api/v1/stream/ticket", token=self.admin)["ticket"]
        page = self.server.call("GET", f"/api/v1/runs/paged/report.html?ticket={ticket}")
        self.assertEqual((page.status, page.headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        for path in (f"report.html?ticket={ticket}", "report.html", "report.html?ticket=x", f"report?ticket={ticket}"):
            self.assertIn(self.server.call("GET", f"/api/v1/runs/paged/{path}").status, (401, 400), path)


if __name__ == "__main__":
    fulmar.tap.main()
