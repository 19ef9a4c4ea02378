# SPDX-License-Identifier: Apache-2.0
"""A recorded feed from its import to a report: a session of our own making, and a real one with published results."""
import csv
import decimal
import itertools
import json
import math
import random
import statistics
import unittest

import book_twin
import fulmar

MAKER = "grid_maker:half_spread=0.0005,interval=0.0002,skew=0.00005,levels=3,qty=0.1,max_position=0.5"


class Feeds(fulmar.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.import_session()
        # Another one that begins earlier and ends earlier, by no whole number of steps.
        cls.import_session("YUSDT", start=1_699_999_991_213, state=77)

    def run_feed(self, *more):
        return ["backtest", "--data", "XUSDT", "--strategy", MAKER, "--latency", "constant:entry=5ms,report=5ms",
                "--fee", "maker_taker:maker=-0.5,taker=5", *more]

    def test_a_feed_is_backtested_and_its_ledgers_agree(self):
        run = self.json(*self.run_feed())
        self.assertGreater(run["statistics"]["fills"], 20)
        self.assertEqual(float(run["difference"]), 0)
        said = json.dumps(run["assumptions"])
        for word in ("power3", "there once for all our orders together", "5ms"):
            self.assertIn(word, said)

    def test_the_same_run_gives_the_same_bytes_and_its_journal_replays(self):
        first = self.good(*self.run_feed("--json")).stdout
        self.assertEqual(self.good(*self.run_feed("--json")).stdout, first)
        journaled = self.json(*self.run_feed("--journal", "feed.journal"))
        self.assertEqual(journaled["statistics"], json.loads(first)["statistics"])
        self.assertIn("all as recorded", self.good("journal", "replay", "feed.journal").stdout)

    def test_a_rate_between_two_records_is_heard_with_a_journal_and_without(self):
        # Minutes that end at 22:13 (before the feed), 22:14 (within it, between two records) and 22:15 (behind it).
        lines = [f"2023-11-14T22:{12 + k}:00Z,{c},{c},{c},{c},1\n" for k, c in enumerate(("1.10", "1.20", "1.30"))]
        (self.dir / "euro.csv").write_text("ts,open,high,low,close,volume\n" + "".join(lines))
        self.good("data", "import", "euro.csv", "--symbol", "USDTEUR", "--currency", "EUR", "--asset", "forex",
                  "--calendar", "24/7")
        args = ["backtest", "--data", "XUSDT", "--strategy", MAKER]
        own = self.json(*args)
        run = self.json(*args, "--currency", "EUR", "--rate", "USDT=USDTEUR")
        self.assertEqual(float(run["difference"]), 0)
        self.assertEqual(run["statistics"]["fills"], own["statistics"]["fills"])
        # What was earned in USDT is worth the rate that was heard last.
        self.assertEqual(decimal.Decimal(run["statistics"]["net_profit"]),
                         decimal.Decimal(own["statistics"]["net_profit"]) * decimal.Decimal("1.20"))
        journaled = self.json(*args, "--currency", "EUR", "--rate", "USDT=USDTEUR", "--journal", "rate.journal")
        self.assertEqual(journaled["statistics"], run["statistics"])
        self.assertIn("all as recorded", self.good("journal", "replay", "rate.journal").stdout)
        told = self.good("journal", "inspect", "rate.journal", "--kind", "rate").stdout.splitlines()
        self.assertEqual([line.split()[1] for line in told if line.strip()],
                         ["2023-11-14T22:13:20Z", "2023-11-14T22:14:00Z"])

    def test_every_strategy_of_a_book_trades_and_its_journal_replays(self):
        for strategy in fulmar.BOOK_STRATEGIES:
            name = strategy.split(":", 1)[0]
            with self.subTest(strategy=name):
                args = ["backtest", "--data", "XUSDT", "--strategy", strategy, "--latency",
                        "constant:entry=5ms,report=5ms", "--fee", "maker_taker:maker=-0.5,taker=5"]
                first = self.good(*args, "--json").stdout
                run = json.loads(first)
                self.assertGreater(run["statistics"]["fills"], 10)
                self.assertEqual(float(run["difference"]), 0)
                self.assertEqual(self.good(*args, "--json").stdout, first)
                journaled = self.json(*args, "--journal", f"{name}.journal")
                self.assertEqual(journaled["statistics"], run["statistics"])
                self.assertIn("all as recorded", self.good("journal", "replay", f"{name}.journal").stdout)

    def test_all_strategies_of_books_run_side_by_side(self):
        words = [word for strategy in fulmar.BOOK_STRATEGIES for word in ("--strategy", strategy)]
        run = self.json("backtest", "--data", "XUSDT", *words)
        self.assertEqual(float(run["difference"]), 0)

    def test_explicit_orders_are_not_netted(self):
        words = [word for strategy in fulmar.BOOK_STRATEGIES for word in ("--strategy", strategy)]
        args = ["backtest", "--data", "XUSDT", *words]
        own = self.json(*args)
        netted = self.json(*args, "--netting", "net", "--journal", "netted.journal")
        self.assertEqual(netted["statistics"], own["statistics"])
        self.assertEqual(float(netted["difference"]), 0)
        self.assertIn("all as recorded", self.good("journal", "replay", "netted.journal").stdout)

    def test_a_journal_makes_the_report_but_for_what_the_venue_told(self):
        self.json(*self.run_feed("--journal", "told.journal", "--csv", "run"))
        done = self.good("journal", "replay", "told.journal", "--csv", "replayed", "--report", "replayed.html")
        self.assertIn("all as recorded", done.stdout)
        read = {}
        for folder in ("run", "replayed"):
            for path in (self.dir / folder).iterdir():
                read[folder, path.stem] = path.read_text(encoding="utf-8")
        for table in ("trades", "equity", "orders", "requests", "inventory", "holdings"):
            self.assertEqual(read["run", table], read["replayed", table], table)
        with_venue, alone = (list(csv.DictReader(read[folder, "fills"].splitlines())) for folder in ("run", "replayed"))
        told = ("bid", "ask", "mid", "better_ticks", "better_bps", "effective_spread_bps", "ahead", "passed")
        self.assertEqual([{k: v for k, v in row.items() if k not in told} for row in with_venue],
                         [{k: v for k, v in row.items() if k not in told} for row in alone])
        self.assertTrue(all(row[name] == "" for row in alone for name in told))
        self.assertEqual(len(read["replayed", "markouts"].splitlines()), 1)
        self.assertIn("best prices were not told", (self.dir / "replayed.html").read_text(encoding="utf-8"))

    def test_a_journal_of_bars_makes_the_same_tables(self):
        for name, args in (("one", ["--data", "AAA", "--strategy", "sma_cross:fast=5,slow=20"]),
                           ("many", ["--data", "AAA", "--data", "BBB", "--strategy", "momentum"]),
                           ("clock", ["--data", "AAA", "--data", "BBB",
                                      "--strategy", "cross_momentum:lookback=20,skip=1"])):
            self.json("backtest", *args, *fulmar.COSTS, "--journal", f"{name}.journal", "--csv", name)
            self.good("journal", "replay", f"{name}.journal", "--csv", f"{name}_replayed")
            for table in ("trades", "equity", "orders"):
                self.assertEqual((self.dir / name / f"{table}.csv").read_bytes(),
                                 (self.dir / f"{name}_replayed" / f"{table}.csv").read_bytes(), (name, table))

    def test_later_answers_and_other_queues_give_other_fills(self):
        fills = set()
        for more in ([], ["--venue", "delay=2s"], ["--latency", "constant:entry=1s"], ["--queue", "risk_averse"],
                     ["--venue", "fills=whole"], ["--venue", "step=1s"], ["--venue", "heard=recorded"]):
            run = self.json(*self.run_feed(*more))
            fills.add(json.dumps(run["statistics"]))
        self.assertGreaterEqual(len(fills), 4)

    def test_a_run_in_a_file_is_the_same_as_its_options(self):
        text = (fulmar.ROOT / "docs" / "feed-backtest.yaml").read_text(encoding="utf-8")
        (self.dir / "feed.yaml").write_text(text.replace("BINANCE-USDM/BTCUSDT/feed", "XUSDT"))
        by_file = self.json("backtest", "--config", "feed.yaml")
        by_options = self.json(*self.run_feed("--queue", "power3:n=3", "--capital", "1000000",
                                              "--venue", "fills=shared", "--venue", "step=100ms",
                                              "--venue", "heard=delay", "--venue", "delay=5ms",
                                              "--risk", "drawdown.max_drawdown=0.2", "--seed", "1"))
        for member in ("statistics", "tables", "assumptions"):
            self.assertEqual(by_file[member], by_options[member])
        self.assertGreater(by_file["statistics"]["fills"], 20)

    def test_page_and_summary_show_the_venues_side(self):
        done = self.good(*self.run_feed("--report", "feed.html"))
        for words in ("Spread captured", "Selection within 5 s", "Mark-out after 1 s", "Cancels too late"):
            self.assertIn(words, done.stdout)
        self.assertRegex(done.stdout, r"Sharpe ratio +n/a, under 30 days")
        self.good(*self.run_feed("--fee", "maker_taker:maker=-1,taker=-1", "--report", "paid.html"))
        self.assertRegex((self.dir / "paid.html").read_text(encoding="utf-8"), r'Fees</dt><dd class="big">-')
        page = (self.dir / "feed.html").read_text(encoding="utf-8")
        for words in ('id="book"', 'id="captured"', 'id="markouts"', 'id="queues"', 'id="inventory"', "fulmarPage",
                      "Every line adds up to the ledger's profit"):
            self.assertIn(words, page)
        data = json.loads(page.split('id="data">')[1].split("</script>")[0])
        (feed,) = data["feeds"]
        self.assertEqual(len(feed["fills"]) // 9, feed["fills_all"])
        self.assertLessEqual(len(feed["path"]) // 8, 4096)
        self.assertAlmostEqual(sum(bar[3] for bar in feed["holdings"]), 1, 4)
        self.good("backtest", "--data", "AAA", "--strategy", "momentum", "--report", "bars.html")
        bars = (self.dir / "bars.html").read_text(encoding="utf-8")
        self.assertNotIn('id="book"', bars)
        self.assertNotIn("feeds", json.loads(bars.split('id="data">')[1].split("</script>")[0]))

    def compare_with_the_twin(self, series, args, folder):
        """Mark-outs and profit by cause, worked out anew from the fills and the feed; returns the report."""
        run = self.json(*args, "--csv", folder)
        self.good("data", "export", series, "--output", f"{folder}.csv")
        book = book_twin.touches(self.dir / f"{folder}.csv")
        trades = list(book_twin.fills(self.dir / folder / "fills.csv"))
        self.assertEqual(len(trades), run["statistics"]["fills"])
        for trade in trades:
            self.assertEqual(trade["mid"], book_twin.middle(book, trade["ns"] - (1 if trade["maker"] else 0)))
        expected = book_twin.markouts(book, trades)
        rows = {(row["group"], float(row["horizon"])): row for row in run["tables"]["markouts"]}
        for key, (count, mean, error, money, effective, impact) in expected.items():
            row = rows[key]
            self.assertEqual((row["fills"], book_twin.exact(row["move"])), (count, money), key)
            self.assertAlmostEqual(row["move_bps"], mean, 9, key)
            self.assertAlmostEqual(row["error_bps"] or 0, error or 0, 9, key)
            self.assertAlmostEqual(row["effective_bps"], effective, 9, key)
            self.assertAlmostEqual(row["impact_bps"], impact, 9, key)
            self.assertAlmostEqual(row["realised_bps"], effective - impact, 9, key)
        self.assertEqual(sum(row["fills"] for row in rows.values() if row["group"] == "all"),
                         sum(value[0] for key, value in expected.items() if key[0] == "all"))
        self.compare_causes(run, book, trades)
        return run

    def compare_causes(self, run, book, trades):
        exact = book_twin.exact
        end = run["tables"]["inventory"][0]
        self.assertEqual(exact(end["end"]), sum(trade["side"] * trade["qty"] for trade in trades))
        known = run["tables"]["captured"]
        self.assertEqual(len(known), len(book_twin.HORIZONS))
        # Positions are marked to the middle that we knew last, rounded to a tick: from the account's total.
        cash = -sum(trade["side"] * trade["qty"] * trade["price"] + trade["fee"] for trade in trades)
        profit = exact(run["statistics"]["net_profit"])
        last = (profit - cash) / exact(end["end"]) if exact(end["end"]) else 0
        for row, horizon in zip(known, book_twin.HORIZONS):
            parts = book_twin.by_cause(book, trades, last)[horizon]
            self.assertEqual(float(row["horizon"]), horizon)
            self.assertEqual(exact(row["spread_maker"]) + exact(row["spread_taker"]), parts["spread"])
            self.assertEqual(exact(row["selection_maker"]) + exact(row["selection_taker"]), parts["selection"])
            for name in ("inventory", "fees", "rebates"):
                self.assertEqual(exact(row[name]), parts[name], (name, horizon))
            self.assertEqual(exact(row["total"]), profit)
            self.assertEqual(exact(row["unexplained"]), 0)

    def test_markouts_and_profit_by_cause_are_those_of_a_naive_twin(self):
        run = self.compare_with_the_twin("XUSDT", self.run_feed(), "own")
        self.assertGreater(len(run["tables"]["markouts"]), 40)
        requests = {row["item"]: row["count"] for row in run["tables"]["requests"]}
        ended = {row["end"]: row["orders"] for row in run["tables"]["queue_ends"]}
        self.assertEqual(sum(ended.values()), requests["Orders sent"])
        self.assertEqual(requests["Fills"], run["statistics"]["fills"])

    def test_markouts_of_a_real_session_are_those_of_the_twin(self):
        series = self.real_session()
        args = ["backtest", "--data", series, "--strategy", "grid_maker:half_spread=0.0001,interval=0.0001,levels=5,"
                "qty=0.01,max_position=0.1", "--latency", "constant:entry=5ms,report=5ms", "--fee",
                "maker_taker:maker=-0.5,taker=7", "--capital", "1000000"]
        run = self.compare_with_the_twin(series, args, "real")
        self.assertGreater(run["statistics"]["fills"], 100)

    def real_session(self):
        path = fulmar.SHARED / "data/crypto_l2/binance_usdm_btcusdt_20240808.txt.xz"
        if not path.exists():
            raise unittest.SkipTest(f"needs {path.name}, which is absent")
        self.good("data", "import", path, timeout=300)
        return "BINANCE-USDM/BTCUSDT/feed"

    def test_recorded_latencies_between_whose_orders_all_is_constant(self):
        start, ms = 1_700_000_000 * 10**9, 10**6
        sent = [start + i * 10**10 for i in range(9)]
        rows = [f"{at},{at + 5 * ms},{at + 10 * ms}\n" for at in sent]
        (self.dir / "orders.csv").write_text("req_ts,exch_ts,resp_ts\n" + "".join(rows))
        (self.dir / "late.csv").write_text("sent,arrived,answered\n1000,900,1000\n")
        (self.dir / "lost.csv").write_text("sent,arrived,answered\n1000,,1000\n")
        constant = self.json(*self.run_feed())
        recorded = self.json(*self.run_feed("--latency", "recorded:file=orders.csv"))
        self.assertEqual(recorded["statistics"], constant["statistics"])
        drawn = self.json(*self.run_feed("--latency", "gamma:entry_mean=300ms,report_mean=200ms"))
        self.assertNotEqual(drawn["statistics"], constant["statistics"])
        run = ["backtest", "--data", "XUSDT", "--strategy", MAKER, "--latency"]
        self.bad(2, "file=FILE.csv names it", args=[*run, "recorded"])
        self.bad(2, "row 1", "late.csv", args=[*run, "recorded:file=late.csv"])
        self.bad(1, "lost.csv:2", "left out", args=[*run, "recorded:file=lost.csv"])
        self.bad(2, "not with bars", args=["backtest", "--data", "AAA", "--strategy", "momentum", "--latency",
                                           "recorded:file=orders.csv"])

    def test_latency_in_proportion_to_a_feed_that_always_takes_as_long_is_constant(self):
        twice = self.json(*self.run_feed("--latency", "feed:2"))  # the session takes 3 ms
        constant = self.json(*self.run_feed("--latency", "constant:entry=6ms,report=6ms"))
        each = self.json(*self.run_feed("--latency", "feed:entry=2,report=2"))
        self.assertEqual(twice["statistics"], constant["statistics"])
        self.assertEqual(each["statistics"], constant["statistics"])
        self.assertNotEqual(twice["statistics"], self.json(*self.run_feed("--latency", "feed:80"))["statistics"])
        self.bad(2, "entry", args=self.run_feed("--latency", "feed:-1"))
        self.bad(2, "not with bars", args=["backtest", "--data", "AAA", "--strategy", "momentum", "--latency",
                                               "feed:2"])

    def test_latency_models_are_fitted_to_recorded_orders(self):
        draw, rows, at = random.Random(5), [], 10**18
        there, back = [], []
        for _ in range(4000):
            there.append(int(2e6 * math.exp(0.4 * draw.gauss(0, 1))))
            back.append(int(1e6 + draw.expovariate(1 / 3e6)))
            at += 10**8
            rows.append(f"{at},{at + there[-1]},{at + there[-1] + back[-1]}\n")
        (self.dir / "sent.csv").write_text("sent,arrived,answered\n" + "".join(rows))
        said = self.json("data", "latency", "sent.csv", "--fit")
        fits = {fit["model"]: fit for fit in said["fits"]}
        self.assertAlmostEqual(said["entry"]["mean"], sum(there) / 4e12, 12)
        self.assertEqual((said["report"]["min"], said["report"]["max"]), (min(back) / 1e9, max(back) / 1e9))
        logs = [math.log(value / 1e9) for value in there]
        self.assertAlmostEqual(fits["lognormal"]["entry"]["median"], math.exp(sum(logs) / 4000), 12)
        self.assertAlmostEqual(fits["lognormal"]["entry"]["sigma"], statistics.pstdev(logs), 9)
        self.assertAlmostEqual(fits["exponential"]["report"]["mean"], (sum(back) / 4000 - min(back)) / 1e9, 12)
        self.assertAlmostEqual(fits["pareto"]["report"]["alpha"],
                               4000 / sum(math.log(value / min(back)) for value in back), 9)
        for way, best in (("entry", "lognormal"), ("report", "exponential")):
            for model, fit in fits.items():
                self.assertEqual(fit[way]["p"] > 0.01, model == best, (way, model))
        for fit in fits.values():
            self.assertIn("min", json.dumps(self.json(*self.run_feed("--latency", fit["option"]))["assumptions"]))
        self.assertIn("--latency " + fits["gamma"]["option"], self.good("data", "latency", "sent.csv", "--fit").stdout)
        (self.dir / "zero.csv").write_text("sent,arrived,answered\n1000,1000,1005\n2000,2001,2003\n")
        fits = self.json("data", "latency", "zero.csv", "--fit")["fits"]
        gamma = next(fit for fit in fits if fit["model"] == "gamma")
        self.assertIn("never is", gamma["entry"]["why_not"])
        self.assertNotIn("option", gamma)
        self.bad(2, "give one file", args=["data", "latency"])

    def check_tiers(self, data, steps, rates):
        """All of one venue is one volume. Of fills of one instant at two of its books either may be the first."""
        rows = [(row["time"], name, decimal.Decimal(row["qty"]) * decimal.Decimal(row["price"]),
                 decimal.Decimal(row["fee"])) for name in data for row in self.fills_of("tiers", name)]
        volume, tiers = decimal.Decimal(0), set()
        for _, group in itertools.groupby(sorted(rows, key=lambda row: row[0]), lambda row: row[0]):
            group = list(group)
            last, at_once = volume + sum(row[2] for row in group), len({row[1] for row in group}) > 1
            for _, name, value, fee in group:
                may = {max(i for i in range(5) if at >= steps[i]) for at in ((volume, last) if at_once else (volume,))}
                tier = next(i for i in range(5) if fee == value * rates[i] / 10000)
                self.assertIn(tier, may, (name, volume))
                tiers.add(tier)
                volume += 0 if at_once else value
            volume = last
        self.assertEqual(tiers, set(range(5)))

    def test_fees_fall_with_the_volume_traded_before(self):
        steps, rates = (0, 1000, 2000, 3000, 4000), (10, 8, 6, 4, -2)
        words = ["window=total", *(f"from_{i}={steps[i]}" for i in range(1, 5)),
                 *(f"{who}_{i}={rates[i]}" for who in ("maker", "taker") for i in range(5))]
        for data in (["XUSDT"], ["XUSDT", "YUSDT"]):
            self.json("backtest", *(word for name in data for word in ("--data", name)), "--strategy", MAKER, "--fee",
                      "tiered:" + ",".join(words), "--csv", "tiers")
            self.check_tiers(data, steps, rates)

    def test_a_venue_refuses_what_its_limits_do_not_let_in(self):
        free = self.json(*self.run_feed())
        held = self.json(*self.run_feed("--venue", "rate=2", "--venue", "rate_window=60"))
        self.assertLess(held["statistics"]["fills"], free["statistics"]["fills"])
        self.assertIn("2 requests in 60 s", json.dumps(held["assumptions"]))
        refused = {row["item"]: row["count"] for row in held["tables"]["requests"]}
        limited = sum(row["count"] for row in held["tables"]["order_ends"] if row["reason"] == "rate_limit")
        self.assertEqual(refused["Orders and replaces refused by the venue's limits"], limited)
        self.assertGreater(limited, 100)
        said = json.dumps(self.json(*self.run_feed("--venue", "limits=binance_usdm"))["assumptions"])
        self.assertIn("300 requests in 10 s, 1200 requests in 60 s, 200 orders open, 100 of them stops", said)

    def fills_of(self, folder, symbol):
        """The rows of a run's fills of one instrument, without the numbers of its orders."""
        with open(self.dir / folder / "fills.csv", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["instrument"] == symbol]
        keys = ("time", "heard", "side", "qty", "price", "fee", "liquidity", "bid", "ask", "ahead", "passed")
        return [{key: row[key] for key in keys} for row in rows]

    def test_two_feeds_in_one_run_are_each_as_alone(self):
        more = ["--strategy", MAKER, "--latency", "exponential:entry_mean=30ms,report_mean=20ms", "--fee",
                "maker_taker:maker=-0.5,taker=5", "--venue", "clock=whole"]
        for folder, data in (("x", ["XUSDT"]), ("y", ["YUSDT"]), ("xy", ["XUSDT", "YUSDT"]),
                             ("yx", ["YUSDT", "XUSDT"])):
            words = [word for name in data for word in ("--data", name)]
            run = self.json("backtest", *words, *more, "--csv", folder)
            self.assertEqual(float(run["difference"]), 0)
            self.assertEqual(len(run["tables"]["instruments"]), len(data))
        for symbol, alone in (("XUSDT", "x"), ("YUSDT", "y")):
            rows = self.fills_of(alone, symbol)
            self.assertGreater(len(rows), 20)
            for folder in ("xy", "yx"):
                self.assertEqual(self.fills_of(folder, symbol), rows, (symbol, folder))
        self.json("backtest", "--data", "XUSDT", "--data", "YUSDT", *more, "--journal", "two.journal", "--csv", "told")
        self.assertEqual(self.fills_of("told", "XUSDT"), self.fills_of("xy", "XUSDT"))
        self.assertIn("all as recorded", self.good("journal", "replay", "two.journal").stdout)

    def test_an_account_that_fees_eat_up_is_liquidated_and_its_journal_replays(self):
        args = ["backtest", "--data", "XUSDT", "--strategy", MAKER, "--latency", "constant:entry=5ms,report=5ms",
                "--fee", "maker_taker:maker=20,taker=20", "--capital", "320", "--venue", "margin_initial=0.5",
                "--venue", "margin_maintenance=0.5"]
        run = self.json(*args, "--journal", "liquidated.journal", "--csv", "liquidated")
        ends = {row["reason"]: row["count"] for row in run["tables"]["order_ends"]}
        self.assertGreater(ends["liquidation"], 0)
        self.assertEqual(float(run["difference"]), 0)
        self.assertIn("all as recorded", self.good("journal", "replay", "liquidated.journal").stdout)
        # The venue's own orders close what is held: fills of ours and of it leave what the report's position is.
        with open(self.dir / "liquidated" / "fills.csv", newline="", encoding="utf-8") as file:
            fills = list(csv.DictReader(file))
        self.assertEqual(len(fills), run["statistics"]["fills"])
        # Each gives what it says it costs: capital less fees and what prices took is the equity.
        fees = sum(decimal.Decimal(fill["fee"]) for fill in fills)
        self.assertEqual(fees, decimal.Decimal(run["statistics"]["fees"]))
        # The same with room for both trades on.
        calm = self.json(*args[:-4], "--venue", "margin_initial=0.1", "--venue", "margin_maintenance=0.05")
        self.assertNotIn("liquidation", {row["reason"] for row in calm["tables"]["order_ends"]})

    def test_margin_refuses_what_it_does_not_carry(self):
        maker = self.run_feed("--capital", "1000", "--venue", "margin_initial=1", "--venue", "margin_maintenance=0.5")
        free, held = self.json(*self.run_feed("--capital", "1000")), self.json(*maker)
        self.assertLess(held["statistics"]["fills"], free["statistics"]["fills"])
        self.assertEqual(float(held["difference"]), 0)
        self.assertIn("initial 100 %", json.dumps(held["assumptions"]))
        self.assertIn("insufficient_margin", json.dumps(held["tables"]))
        journaled = self.json(*maker, "--journal", "margin.journal")
        self.assertEqual(journaled["statistics"], held["statistics"])
        self.assertIn("all as recorded", self.good("journal", "replay", "margin.journal").stdout)
        self.bad(2, "maintenance", args=self.run_feed("--venue", "margin_initial=0.1", "--venue",
                                                      "margin_maintenance=0.2"))

    def test_a_feed_has_settings_of_its_own(self):
        text = f"""
data: [XUSDT, YUSDT]
strategies:
  - strategy: grid_maker
    params: [{MAKER.split(":", 1)[1].replace(",", ", ")}]
fees: {{model: maker_taker, params: [maker=-0.5, taker=5]}}
latency: {{model: constant, params: [entry=5ms, report=5ms]}}
venue: [clock=whole]
"""
        own = """feeds:
  - feed: YUSDT
    fees: {model: maker_taker, params: [maker=3, taker=7]}
    latency: {model: feed, params: ["4"]}
    queue: {model: risk_averse}
    venue: [limits=binance_usdm, fills=part]
"""
        (self.dir / "own.yaml").write_text(text + own)
        run = self.json("backtest", "--config", "own.yaml", "--csv", "own", "--journal", "own.journal")
        self.assertEqual(float(run["difference"]), 0)
        self.assertIn("all as recorded", self.good("journal", "replay", "own.journal").stdout)
        more = ["--strategy", MAKER, "--venue", "clock=whole"]
        self.json("backtest", "--data", "XUSDT", *more, "--fee", "maker_taker:maker=-0.5,taker=5", "--latency",
                  "constant:entry=5ms,report=5ms", "--csv", "x")
        self.json("backtest", "--data", "YUSDT", *more, "--fee", "maker_taker:maker=3,taker=7", "--latency",
                  "constant:entry=12ms,report=12ms", "--queue", "risk_averse", "--venue", "limits=binance_usdm",
                  "--venue", "fills=part", "--csv", "y")
        self.assertEqual(self.fills_of("own", "XUSDT"), self.fills_of("x", "XUSDT"))
        self.assertEqual(self.fills_of("own", "YUSDT"), self.fills_of("y", "YUSDT"))
        self.assertGreater(len(self.fills_of("y", "YUSDT")), 5)
        for words, line in (("no instrument 'ABC'", "  - feed: ABC\n"), ("twice", "  - feed: YUSDT\n"),
                            ("step is of the run", "  - feed: XUSDT\n    venue: [step=1s]\n")):
            (self.dir / "bad.yaml").write_text(text + own + line)
            self.assertIn(words, self.call("backtest", "--config", "bad.yaml").stderr)

    def test_a_rate_takes_a_feed_into_an_account_of_another_currency(self):
        plain = self.json(*self.run_feed())["statistics"]
        for name, close in (("ONE", 1), ("TWO", 2)):
            rows = "".join(f"2023-11-{day:02d},{close},{close},{close},{close},1\n" for day in range(1, 15))
            (self.dir / f"{name}.csv").write_text("date,open,high,low,close,volume\n" + rows)
            self.good("data", "import", f"{name}.csv", "--symbol", name, "--currency", "USD")
            args = self.run_feed("--currency", "USD", "--rate", f"USDT={name}")
            run = self.json(*args, "--journal", f"{name}.journal")
            self.assertEqual(float(run["difference"]), 0)
            self.assertEqual(run["statistics"]["fills"], plain["fills"])
            self.assertAlmostEqual(float(run["statistics"]["net_profit"]), close * float(plain["net_profit"]), 5)
            self.assertIn("all as recorded", self.good("journal", "replay", f"{name}.journal").stdout)
        self.bad(2, "--rate USDT=SERIES", args=self.run_feed("--currency", "USD"))

    def test_a_strategy_may_be_of_one_of_two_feeds(self):
        (self.dir / "one.yaml").write_text("""
data: [XUSDT, YUSDT]
strategies:
  - strategy: grid_maker
    params: [half_spread=0.0005, interval=0.0002, qty=0.1, max_position=0.5]
    instruments: [BINANCE-USDM/YUSDT]
venue: [clock=whole]
""")
        self.json("backtest", "--config", "one.yaml", "--csv", "one")
        self.assertEqual(self.fills_of("one", "XUSDT"), [])
        self.assertGreater(len(self.fills_of("one", "YUSDT")), 20)

    def test_what_does_not_go_together_is_said(self):
        maker = ["--strategy", MAKER]
        cases = [
            (1, ["recorded feeds or bars, not both"], ["--data", "XUSDT", "--data", "AAA", *maker]),
            (2, ["sma_cross decides on bars"], ["--data", "XUSDT", "--strategy", "sma_cross"]),
            (2, ["grid_maker reads a book"], ["--data", "AAA", *maker]),
            (2, ["queue: bars have no queues"], ["--data", "AAA", "--strategy", "momentum", "--queue", "log"]),
            (2, ["slippage"], ["--data", "XUSDT", *maker, "--slippage", "fixed"]),
            (2, ["fifo", "a book by price does not"], ["--data", "XUSDT", *maker, "--queue", "fifo"]),
            (2, ["did you mean power3"], ["--data", "XUSDT", *maker, "--queue", "powr3"]),
            (2, ["window", "power of two"], ["--data", "XUSDT", *maker, "--venue", "window=1000"]),
            (1, ["no market data in this range"], ["--data", "XUSDT", *maker, "--from", "2030-01-01"]),
        ]
        for status, words, args in cases:
            with self.subTest(args=args):
                self.bad(status, *words, args=["backtest", *args])

    def test_a_book_by_order_has_exact_places(self):
        path = fulmar.SHARED / "data/mbo/lobster_AMZN_2012-06-21_5.zip"
        if not path.exists():
            raise unittest.SkipTest(f"needs {path.name}, which is absent")
        self.good("data", "import", path, timeout=300)
        run = ["backtest", "--data", "AMZN", "--strategy",
               "grid_maker:half_spread=0.00005,qty=100,max_position=1000", "--venue", "step=1s"]
        fills = {}
        for queue in (None, "fifo", "risk_averse", "power3"):
            said = self.json(*run, *(["--queue", queue] if queue else []))
            self.assertEqual(float(said["difference"]), 0)
            self.assertIn("queue", json.dumps(said["assumptions"]))
            self.assertIn(queue or "fifo", json.dumps(said["assumptions"]))
            fills[queue] = said["statistics"]
        self.assertEqual(fills[None], fills["fifo"])
        self.assertGreater(fills["fifo"]["fills"], 200)
        self.assertNotEqual(fills["fifo"], fills["power3"])
        recorded = self.json(*run, "--venue", "heard=recorded")
        self.assertEqual(recorded["statistics"], self.json(*run, "--venue", "delay=0s")["statistics"])

    def test_a_real_session_fills_as_published(self):
        self.real_session()
        expected = {c["name"]: c for c in
                    json.loads((fulmar.SHARED / "golden/hft_oracle/results.json").read_text())["cases"]}
        # The recorder's clock was 1.27 s behind: its receipts would tell the future.
        self.bad(2, "heard=recorded", "1.272 s before", "heard=delay", args=[
            "backtest", "--data", "BTCUSDT", "--strategy", "grid_maker", "--venue", "heard=recorded"])
        for name, queue, fills in (("btc_g10_lat5_pp3n3_npf", "power3:n=3", "whole"),
                                   ("btc_g20_lat5_pp3n3_pf", "power3:n=3", "part"),
                                   ("btc_touch_lat5_log_pf", "log", "part")):
            case, params = expected[name], expected[name]["params"]
            strategy = (f"grid_maker:half_spread={params['relative_half_spread']},"
                        f"interval={params['relative_grid_interval']},skew={params['skew']},"
                        f"levels={params['grid_num']},qty={params['order_qty']},max_position={params['max_position']}")
            run = self.json("backtest", "--data", "BTCUSDT", "--strategy", strategy, "--latency",
                            "constant:entry=5ms,report=5ms", "--fee", "maker_taker:maker=-0.5,taker=7", "--capital",
                            "1000000", "--queue", queue, "--venue", f"fills={fills}")
            self.assertEqual(run["statistics"]["fills"], case["result"]["num_trades"], name)
            self.assertAlmostEqual(float(run["statistics"]["traded"]), case["result"]["trading_value"], 6, name)


if __name__ == "__main__":
    fulmar.tap.main()
