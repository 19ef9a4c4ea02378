# SPDX-License-Identifier: Apache-2.0
"""A hedged straddle by the program: what it earned, by parts and by hand, from CSV and from real quotes."""
import math
import pathlib

import fulmar

PARTS = ("gamma", "theta", "vega", "delta", "rest", "hedge_cost", "spread_cost")


def cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def legs(spot, years, vol=0.2, strike=100):
    """Call and put by Black and Scholes at no interest."""
    d1 = math.log(spot / strike) / (vol * math.sqrt(years)) + vol * math.sqrt(years) / 2
    call = spot * cdf(d1) - strike * cdf(d1 - vol * math.sqrt(years))
    return call, call - spot + strike


class Hedge(fulmar.Case):
    def write(self, spots, name="legs.csv", told=True):
        """Hours of 2021-01-04 on, of a straddle that ends on 2021-02-05."""
        lines = ["time,call_bid,call_ask,put_bid,put_ask" + (",spot" if told else "")]
        for i, spot in enumerate(spots):
            years = (32 * 24 + 16 - i) / 24 / 365
            call, put = legs(spot, years)
            cells = [f"2021-01-04T{i:02}:00:00Z", call - 0.01, call + 0.01, put - 0.02, put + 0.02]
            lines.append(",".join(map(str, cells + ([spot] if told else []))))
        (self.dir / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def hedge(self, *more, name="legs.csv"):
        return self.json("option", "hedge", "--input", name, "--strike", "100", "--expiry", "2021-02-05",
                         "--every", "1h", *more)

    def test_the_strategy_straddle_does_the_same_a_bar_later(self):
        """Its legs and its hedge fill at the next bar: what it earns on the bars that were written, worked out here."""
        spots = [100 + 2 * math.sin(i) for i in range(24)]
        self.write(spots)
        self.hedge("--bars", "bars")
        for name in ("SPOT", "CALL", "PUT"):
            self.good("data", "import", f"bars/{name}.csv", "--symbol", name, "--frame", "1h", "--calendar", "24/7",
                      "--currency", "USD", "--qty-decimals", "6", "--asset", "future")
        words = ["backtest", "--data", "SPOT", "--data", "CALL", "--data", "PUT", "--venue", "allow_short=on",
                 "--strategy", "straddle:strike=100,expiry=20210205,share=0.05", "--capital", "100000",
                 "--sizing", "fixed_fraction:fraction=1"]
        report = self.json(*words)
        count, hedge, cash, wanted = 0.0, 0.0, 0.0, None
        for i, spot in enumerate(spots):
            years = (32 * 24 + 16 - i) / 24 / 365
            call, put = (round(value, 4) for value in legs(spot, years))
            spot = round(spot, 4)
            if wanted is not None:
                legs_wanted, hedge_wanted = wanted
                cash -= (legs_wanted - count) * (call + put) + (hedge_wanted - hedge) * spot
                count, hedge = legs_wanted, hedge_wanted
            d1 = math.log(spot / 100) / (0.2 * math.sqrt(years)) + 0.1 * math.sqrt(years)
            straddles = count if count else 5000 / (call + put)
            wanted = straddles, -straddles * (2 * cdf(d1) - 1)
        earned = cash + count * (call + put) + hedge * spot
        self.assertAlmostEqual(float(report["statistics"]["net_profit"]), earned, delta=0.5)
        self.assertGreater(abs(earned), 50)
        signals = {(row["signal"], row["side"]) for row in report["tables"]["signals"]}
        self.assertIn(("enter", "long"), signals)
        self.assertEqual({signal for signal, _ in signals}, {"enter", "hedge"})

    def test_the_parts_add_up_to_the_change_of_the_legs_and_of_the_hedge(self):
        spots = [100 + 2 * math.sin(i) for i in range(20)]
        self.write(spots)
        for words in ((), ("--quantity", "-3"), ("--band", "0.2"), ("--cost", "10", "--quantity", "2")):
            told = self.hedge(*words)
            self.assertAlmostEqual(sum(told[part] for part in PARTS), told["total"], places=9)
            quantity = float(words[words.index("--quantity") + 1]) if "--quantity" in words else 1
            self.assertAlmostEqual(told["spread_cost"], -abs(quantity) * 0.06, places=9)
        self.assertEqual(told["bars"], 20)

    def test_one_step_is_what_it_is_by_hand(self):
        self.write([100, 101])
        told = self.hedge("--cost", "0")
        first, last = legs(100, 784 / 8760), legs(101, 783 / 8760)
        delta = 2 * cdf(0.1 * math.sqrt(784 / 8760)) - 1
        self.assertAlmostEqual(told["options"], sum(last) - sum(first), places=9)
        self.assertAlmostEqual(told["hedge"], -delta, places=6)
        self.assertAlmostEqual(told["vol_first"], 0.2, places=6)

    def test_without_a_spot_it_is_that_of_parity(self):
        spots = [100 + math.sin(i) for i in range(20)]
        self.write(spots)
        self.write(spots, "bare.csv", told=False)
        told, bare = self.hedge(), self.hedge(name="bare.csv")
        for part in (*PARTS, "total"):
            self.assertAlmostEqual(told[part], bare[part], places=6)

    def test_a_week_of_the_index_adds_up(self):
        folder = fulmar.SHARED / "data" / "options" / "lean" / "indexoption" / "usa" / "minute" / "spxw"
        files = [folder / f"202101{day:02}_quote_european.zip" for day in range(4, 9)]
        if not all(pathlib.Path(file).is_file() for file in files):
            self.skipTest("no recorded quotes")
        words = [word for file in files for word in ("--input", file)]
        told = self.json("option", "hedge", *words, "--strike", "3700", "--expiry", "2021-01-08")
        self.assertAlmostEqual(sum(told[part] for part in PARTS), told["total"], places=6)
        self.assertGreater(told["bars"], 200)
        self.assertLess(abs(told["rest"]), abs(told["gamma"]))
        said = self.good("option", "hedge", *words, "--strike", "3700", "--expiry", "2021-01-08").stdout
        self.assertIn("what the expansion leaves", said)

    def test_what_cannot_be_hedged_is_told(self):
        self.write([100, 101])
        self.bad(2, "--strike K", args=["option", "hedge", "--input", "legs.csv"])
        day = ["option", "hedge", "--input", "legs.csv", "--strike", "100", "--expiry"]
        self.bad(2, "is not a date", args=[*day, "soon"])
        self.bad(1, "fewer than two", args=[*day, "2021-01-04", "--from", "2022-01-01"])
        (self.dir / "thin.csv").write_text("time,call_bid\n2021-01-04,1\n", encoding="utf-8")
        self.bad(1, "no column 'call_ask'", args=["option", "hedge", "--input", "thin.csv", *day[4:], "2021-02-05"])


if __name__ == "__main__":
    fulmar.tap.main()
