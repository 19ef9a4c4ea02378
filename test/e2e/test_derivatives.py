# SPDX-License-Identifier: Apache-2.0
"""Contracts on a coin, from their import to a report. Their money is worked out a second time from the journal's
orders and fills alone, with fractions."""
import re
import unittest
from fractions import Fraction

import fulmar

UNITS = 10**8


def rounded(value):
    """Half to even."""
    floor, rest = divmod(value.numerator, value.denominator)
    return floor + (2 * rest > value.denominator or (2 * rest == value.denominator and floor % 2 == 1))


class Derivatives(fulmar.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows = "\n".join(fulmar.bars("COIN", 400, 5))
        (cls.dir / "coin.csv").write_text(rows + "\n")
        done = cls.call("data", "import", "coin.csv", "--symbol", "COINUSD", "--asset", "future", "--calendar", "24/7",
                        "--payoff", "inverse", "--multiplier", "10", "--currency", "COIN")
        assert done.returncode == 0, done.stderr

    def events(self, journal, kind):
        return self.good("journal", "inspect", journal, "--kind", kind, "--limit", "0").stdout.splitlines()

    def account(self, journal, contract, price_decimals, fee_ppb):
        """Cash at the end in units of 1e-8 coins, and contracts held."""
        side, cash, held = {}, 0, 0
        for line in self.events(journal, "submit"):
            found = re.search(r"order=(\w+) .*side=(\w+)", line)
            side[found[1]] = 1 if found[2] == "buy" else -1
        for line in self.events(journal, "order_filled"):
            found = re.search(r"order=(\w+) .*fee=(-?\d+)\s+qty=(\d+)\s+price=(\d+)", line)
            qty, price = int(found[3]), Fraction(int(found[4]), 10**price_decimals)
            coins = rounded(Fraction(qty * contract) / price * UNITS)
            self.assertEqual(int(found[2]), -(-coins * fee_ppb // 10**9))
            cash += side[found[1]] * coins - int(found[2])
            held += side[found[1]] * qty
        return cash, held

    def equity(self, run):
        return round(float(run["statistics"]["end_equity"]) * UNITS)

    def test_bars_of_an_inverse_contract_earn_what_fractions_say(self):
        run = self.json("backtest", "--data", "COINUSD", "--strategy", "sma_cross:fast=3,slow=12,sides=both",
                        "--capital", "50", "--fee", "maker_taker:maker=2,taker=5", "--venue", "allow_short=on",
                        "--journal", "bars.journal")
        self.assertEqual(float(run["difference"]), 0)
        cash, held = self.account("bars.journal", 10, 2, 500_000)
        last = re.search(r"close=(\d+)", self.events("bars.journal", "bar")[-1])[1]
        value = rounded(Fraction(-held * 10) / Fraction(int(last), 100) * UNITS)
        self.assertGreater(run["statistics"]["fills"], 20)
        self.assertEqual(50 * UNITS + cash + value, self.equity(run))
        self.assertIn("all as recorded", self.good("journal", "replay", "bars.journal").stdout)

    def funded(self, journal, name, contract, price_decimals, rate, marks):
        """The sum over instants of position x mark x rate, from the journal's fills before each."""
        side, held, total, payments = {}, 0, 0, 0
        for line in self.events(journal, "submit"):
            found = re.search(r"order=(\w+) .*side=(\w+)", line)
            side[found[1]] = 1 if found[2] == "buy" else -1
        lines = self.good("journal", "inspect", journal, "--limit", "0").stdout.splitlines()
        for line in lines:
            kind = line.split()[2]
            if kind == "order_filled":
                found = re.search(r"order=(\w+) .*qty=(\d+)", line)
                held += side[found[1]] * int(found[2])
            if kind == "cash" and "reason=5" in line:
                mark = Fraction(marks(line), 10**price_decimals)
                value = rounded(Fraction(abs(held) * contract) / mark * UNITS)
                paid = rounded(value * rate) * (-1 if held > 0 else 1)
                self.assertEqual(int(re.search(r"amount=(-?\d+)", line)[1]), paid, line)
                total, payments = total + paid, payments + 1
        self.assertGreater(payments, 5, name)
        return total

    def test_funding_is_the_sum_of_position_times_mark_times_rate(self):
        args = ["backtest", "--data", "COINUSD", "--strategy", "sma_cross:fast=3,slow=12,sides=both", "--capital", "50",
                "--venue", "allow_short=on"]
        run = self.json(*args, "--funding", "constant:rate=0.0007,every=1d", "--journal", "funded.journal")
        closes, last = {}, None
        for line in self.events("funded.journal", "bar"):
            closes[line.split()[0]] = int(re.search(r"close=(\d+)", line)[1])
        numbers = sorted(int(seq) for seq in closes)
        total = self.funded("funded.journal", "bars", 10, 2, Fraction(7, 10000),
                            lambda line: closes[str(max(n for n in numbers if n < int(line.split()[0])))])
        costs = {row["item"]: row["amount"] for row in run["tables"]["costs"]}
        self.assertEqual(round(float(costs["Funding"]) * UNITS), total)
        self.assertEqual(float(run["difference"]), 0)
        self.assertIn("all as recorded", self.good("journal", "replay", "funded.journal").stdout)

    def test_what_funding_needs_is_said(self):
        (self.dir / "twice.csv").write_text("time,rate\n2015-02-01,0.1\n2015-02-01,0.1\n")
        (self.dir / "bad.csv").write_text("20150201 00:00:00,0.0001\n20150202 00:00:00,x\n")
        (self.dir / "bad.json").write_text('[{"fundingTime": 1422748800000}]')
        args = ["backtest", "--data", "COINUSD", "--strategy", "buy_and_hold", "--funding"]
        cases = [(1, "two rates of one instant", "COINUSD=twice.csv"), (1, "bad.csv:2: rate 'x'", "COINUSD=bad.csv"),
                 (1, "entry 1 has no fundingTime", "COINUSD=bad.json"), (1, "no instrument 'ABC'", "ABC=bad.csv"),
                 (2, "SYMBOL=FILE", "bad.csv"), (2, "every", "constant:often=8h")]
        for status, words, value in cases:
            with self.subTest(value=value):
                self.bad(status, words, args=[*args, value])
        self.good("data", "import", "AAA.csv", "--symbol", "SHARE", "--asset", "equity", "--calendar", "24/7")
        share = ["backtest", "--data", "SHARE", "--strategy", "buy_and_hold", "--funding"]
        for value in ("constant:rate=0.0001", "SHARE=bad.csv"):
            self.bad(2, "perpetual contracts alone pay funding", args=[*share, value])

    def test_what_an_inverse_contract_needs_is_said(self):
        self.bad(2, "--currency BTC", args=["data", "import", "coin.csv", "--payoff", "inverse"])
        self.bad(2, "--payoff is linear or inverse", args=["data", "import", "coin.csv", "--payoff", "quanto"])
        self.bad(2, "--multiplier", args=["data", "import", "coin.csv", "--multiplier", "0"])
        self.bad(1, "another payoff", args=["data", "import", "coin.csv", "--symbol", "COINUSD", "--currency", "COIN",
                                            "--asset", "future", "--calendar", "24/7", "--multiplier", "10"])

    def test_a_real_feed_of_one_earns_what_fractions_say(self):
        path = fulmar.SHARED / "data/crypto_l2/binance_cm_btcusd_perp_20240808.txt.xz"
        if not path.exists():
            raise unittest.SkipTest(f"needs {path.name}, which is absent")
        self.good("data", "import", path, timeout=300)
        run = self.json("backtest", "--data", "BTCUSD_PERP", "--strategy", "grid_maker:qty=1,max_position=20",
                        "--latency", "constant:entry=5ms,report=5ms", "--fee", "maker_taker:maker=1,taker=5",
                        "--capital", "1", "--journal", "feed.journal")
        self.assertEqual(float(run["difference"]), 0)
        cash, held = self.account("feed.journal", 100, 1, 100_000)
        found = re.search(r"bid=(\d+)\s.*ask=(\d+)", self.events("feed.journal", "quote")[-1])
        middle = rounded(Fraction(int(found[1]) + int(found[2]), 2))
        value = rounded(Fraction(-held * 100) / Fraction(middle, 10) * UNITS)
        self.assertGreater(run["statistics"]["fills"], 100)
        self.assertEqual(UNITS + cash + value, self.equity(run))


if __name__ == "__main__":
    fulmar.tap.main()
