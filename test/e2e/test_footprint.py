# SPDX-License-Identifier: Apache-2.0
"""fulmar data footprint and data profile, compared with what the exported trades add up to."""
import collections
import csv
import datetime
import decimal

import fulmar

D = decimal.Decimal
CAPTURE = fulmar.SHARED / "data" / "crypto_l2" / "binance_usdm_btcusdt_20240808.txt.xz"
LINES = [  # ms since 1970, price, quantity, whether the buyer rested
    (0, "100.1", "2", False), (1, "100.2", "3", True), (59_999, "100.0", "1", True), (60_000, "100.3", "5", False),
    (185_000, "100.3", "0.5", False)]
START = 1_700_000_040_000  # a whole minute
BOOK = (f'{START * 1_000_000} {{"stream":"xusdt@depth","data":{{"e":"depthUpdate","E":{START},"T":{START},"s":"XUSDT",'
        '"U":1,"u":1,"pu":0,"b":[["100.0","9"]],"a":[["100.4","9"]]}}\n')


def trade(number, at, price, qty, rests):
    at += START
    return (f'{at * 1_000_000} {{"stream":"xusdt@trade","data":{{"e":"trade","E":{at},"T":{at},"s":"XUSDT",'
            f'"t":{number},"p":"{price}","q":"{qty}","X":"MARKET","m":{str(rests).lower()}}}}}\n')


def area(volumes, share):
    """Point of control and value area of row -> volume, by the handbook's pairs of rows."""
    low, high = min(volumes), max(volumes)
    control = min(row for row in volumes if volumes[row] == max(volumes.values()))
    bottom = top = control
    held, wanted = volumes[control], share * sum(volumes.values())
    while held < wanted:
        up = sum(volumes.get(top + i, 0) for i in (1, 2))
        down = sum(volumes.get(bottom - i, 0) for i in (1, 2))
        if top < high and (up >= down or bottom == low):
            held, top = held + up, min(top + 2, high)
        else:
            held, bottom = held + down, max(bottom - 2, low)
    return control, bottom, top


class Footprints(fulmar.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Pictures are drawn by libraries that keep some memory to themselves.
        cls.env["LSAN_OPTIONS"] = f"print_suppressions=0:suppressions={fulmar.ROOT}/test/lsan.supp"
        (cls.dir / "few.txt").write_text(BOOK + "".join(trade(i + 1, *line) for i, line in enumerate(LINES)))
        done = cls.call("data", "import", "few.txt")
        assert done.returncode == 0, done.stderr
        if CAPTURE.exists():
            done = cls.call("data", "import", CAPTURE)
            assert done.returncode == 0, done.stderr

    def test_bars_of_a_minute_are_those_of_the_trades(self):
        shown = self.json("data", "footprint", "XUSDT", "--tick-multiple", "1")
        bars = shown["bars"]
        self.assertEqual([bar["trades"] for bar in bars], [3, 1, 1])  # the third minute has none
        self.assertEqual([bar["delta"] for bar in bars], ["-2", "5", "0.5"])
        self.assertEqual([bar["cumulative_delta"] for bar in bars], ["-2", "3", "3.5"])
        self.assertEqual((bars[0]["delta_max"], bars[0]["delta_min"]), ("2", "-2"))
        self.assertEqual((bars[0]["open"], bars[0]["high"], bars[0]["low"], bars[0]["close"]),
                         ("100.1", "100.2", "100", "100"))
        self.assertEqual((bars[0]["poc"], bars[0]["vah"], bars[0]["val"]), ("100.2", "100.2", "100"))
        self.assertEqual([(cell["price"], cell["bid"], cell["ask"]) for cell in bars[0]["cells"]],
                         [("100", "1", "0"), ("100.1", "0", "2"), ("100.2", "3", "0")])
        self.assertEqual(shown["sides"], {"told": 5, "by_quotes": 0, "by_ticks": 0, "unknown": 0})

    def test_bars_end_by_volume_trades_delta_and_range(self):
        for bar, counts in (("volume=5", [2, 2, 1]), ("trades=2", [2, 2, 1]), ("delta=2", [1, 1, 2, 1]),
                            ("range=0.2", [3, 2])):
            shown = self.json("data", "footprint", "XUSDT", "--bar", bar)
            self.assertEqual([one["trades"] for one in shown["bars"]], counts, bar)

    def test_pictures_and_tables_are_written(self):
        self.good("data", "footprint", "XUSDT", "--plot", "f.png", "--output", "f.csv")
        for more in ([], ["--session"], ["--rolling", "1m"]):
            done = self.good("data", "profile", "XUSDT", "--plot", "p.svg", "--output", "p.csv", *more)
            self.assertIn("poc", done.stdout)
        self.assertEqual((self.dir / "f.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        self.assertIn("<svg", (self.dir / "p.svg").read_text())
        with open(self.dir / "f.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(sum(D(row["bid"]) + D(row["ask"]) for row in rows), D("11.5"))

    def test_a_wrong_call_is_told_with_the_remedy(self):
        for words, *args in (("give one feed", "footprint"), ("is no bar", "footprint", "XUSDT", "--bar", "1x"),
                             ("above 0", "footprint", "XUSDT", "--bar", "volume=0"),
                             ("at most 1 decimals", "footprint", "XUSDT", "--bar", "range=0.01"),
                             ("has no trades", "footprint", "AAA"), ("from 2 to", "footprint", "XUSDT", "--stack", "1"),
                             ("session or start", "footprint", "XUSDT", "--cumulative", "never"),
                             ("not both", "profile", "XUSDT", "--session", "--rolling", "1m"),
                             ("belongs to --rolling", "profile", "XUSDT", "--step", "1m"),
                             ("more than 1000000 steps", "profile", "XUSDT", "--rolling", "1m", "--step", "1us"),
                             (".svg or .png", "profile", "XUSDT", "--plot", "p.gif"),
                             ("--from is not before", "profile", "XUSDT", "--from", "2030-01-01", "--to", "2029-01-01")
                             ):
            self.bad(2, words, args=("data", *args))
        self.bad(1, "no trade in this time", args=("data", "footprint", "XUSDT", "--from", "2030-01-01"))

    def test_the_tick_is_that_of_the_prices(self):
        lines = [(i, f"{4800 + i % 7 * 0.25:.2f}", "1", i % 2 == 0) for i in range(60)]
        for count, tick, high in ((60, "0.25", "4801.5"), (10, "0.01", "4801.74")):
            name = f"quarters_{count}.txt"
            (self.dir / name).write_text((BOOK + "".join(trade(i + 1, *line) for i, line in enumerate(lines[:count])))
                                         .replace("XUSDT", f"Q{count}"))
            self.good("data", "import", name)
            shown = self.json("data", "profile", f"Q{count}", "--tick-multiple", "1")
            self.assertEqual(shown["row"], tick)
            one = self.json("data", "profile", f"Q{count}", "--tick-multiple", "1" if count == 60 else "25",
                            "--value-area", "1")["profiles"][0]
            self.assertEqual((one["val"], one["vah"]), ("4800", high))

    def capture(self):
        """(time ns, price, quantity, side) of the recording's trades, as exported."""
        if not CAPTURE.exists():
            self.skipTest(f"needs {CAPTURE.name}, which is absent")
        self.good("data", "export", "BINANCE-USDM/BTCUSDT/feed", "--output", "feed.csv")
        with open(self.dir / "feed.csv", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["kind"] == "trade":
                    stamp, _, part = row["receipt"].rstrip("Z").partition(".")
                    base = datetime.datetime.fromisoformat(stamp + "+00:00").timestamp()
                    side = {"buy": 1, "bid": 1, "sell": -1, "ask": -1}[row["side"]]
                    yield int(base) * 10**9 + int(part.ljust(9, "0")), D(row["price"]), D(row["quantity"]), side

    def test_a_real_recording_is_what_its_trades_add_up_to(self):
        height, minutes = 5, collections.defaultdict(list)
        for one in self.capture():
            minutes[one[0] // (60 * 10**9)].append(one)
        shown = self.json("data", "footprint", "BINANCE-USDM/BTCUSDT", "--bar", "1m", "--tick-multiple", "50")
        self.assertEqual(D(shown["row"]), height)
        self.assertEqual(len(shown["bars"]), len(minutes))
        cumulative = total = D(0)
        for minute, bar in zip(sorted(minutes), shown["bars"]):
            cells, delta, extremes = collections.defaultdict(lambda: [D(0), D(0), 0]), D(0), [D(0)]
            for _, price, qty, side in minutes[minute]:
                cell = cells[int(price // height)]
                cell[side > 0] += qty
                cell[2] += 1
                delta += side * qty
                extremes.append(delta)
            cumulative += delta
            total += sum(qty for _, _, qty, _ in minutes[minute])
            prices = [price for _, price, _, _ in minutes[minute]]
            self.assertEqual(bar["open_ns"], minute * 60 * 10**9)
            self.assertEqual([D(bar[key]) for key in ("open", "high", "low", "close")],
                             [prices[0], max(prices), min(prices), prices[-1]])
            self.assertEqual([D(bar[key]) for key in ("delta", "delta_max", "delta_min", "cumulative_delta")],
                             [delta, max(extremes), min(extremes), cumulative])
            self.assertEqual({int(D(cell["price"]) // height): [D(cell["bid"]), D(cell["ask"]), cell["trades"]]
                              for cell in bar["cells"] if cell["trades"]}, dict(cells))
            control, bottom, top = area({row: cell[0] + cell[1] for row, cell in cells.items()}, D("0.7"))
            self.assertEqual([D(bar[key]) for key in ("poc", "val", "vah")],
                             [control * height, bottom * height, (top + 1) * height - D("0.1")])
            for cell in bar["cells"]:
                row = int(D(cell["price"]) // height)
                bid, ask = D(cell["bid"]), D(cell["ask"])
                below, above = cells.get(row - 1, [0])[0], cells.get(row + 1, [0, 0])[1]
                sides = ("buy" if below > 0 and ask >= 3 * below else "") + \
                        ("sell" if above > 0 and bid >= 3 * above else "")
                self.assertEqual(cell.get("imbalance", ""), {"buysell": "both"}.get(sides, sides), (minute, cell))
        self.assertEqual(sum(D(bar["volume"]) for bar in shown["bars"]), total)

    def test_profiles_of_a_real_recording_are_what_its_trades_add_up_to(self):
        trades, height = list(self.capture()), 2
        shown = self.json("data", "profile", "BINANCE-USDM/BTCUSDT", "--rolling", "1m", "--step", "10s",
                          "--tick-multiple", "20")
        self.assertGreater(len(shown["profiles"]), 30)
        for profile in shown["profiles"]:
            volumes = collections.defaultdict(D)
            for at, price, qty, _ in trades:
                if profile["from_ns"] < at <= profile["to_ns"]:
                    volumes[int(price // height)] += qty
            control, bottom, top = area(volumes, D("0.7"))
            self.assertEqual(D(profile["volume"]), sum(volumes.values()))
            self.assertEqual([D(profile[key]) for key in ("poc", "val", "vah")],
                             [control * height, bottom * height, (top + 1) * height - D("0.1")])

    def test_the_data_up_to_a_moment_make_the_same_bars(self):
        if not CAPTURE.exists():
            self.skipTest(f"needs {CAPTURE.name}, which is absent")
        call = ("data", "footprint", "BINANCE-USDM/BTCUSDT", "--bar", "volume=40", "--tick-multiple", "50")
        whole, part = self.json(*call), self.json(*call, "--to", "2024-08-08T23:57:11Z")
        count = len(part["bars"]) - 1  # the last is cut
        self.assertGreater(count, 8)
        self.assertEqual(whole["bars"][:count], part["bars"][:count])


if __name__ == "__main__":
    fulmar.tap.main()
