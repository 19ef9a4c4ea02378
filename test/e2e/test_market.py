# SPDX-License-Identifier: Apache-2.0
"""Strategies on a market that is made as it goes: with each other, and with orders that come at random."""
import csv
import decimal
import json

import fulmar

MAKER = "grid_maker:half_spread=0.0003,interval=0.0002,levels=2,qty=5,max_position=40"
TAKER = "ofi_taker:window=100ms,horizon=200ms,hold=200ms,half_life=20s,fee=0,threshold=-3,r2_min=0,qty=5"


class Market(fulmar.Case):
    def words(self, *more):
        return ["backtest", "--market", "span=120s", "--market", "limit_rate=20", "--market", "market_rate=8",
                "--strategy", MAKER, "--strategy", "avellaneda_stoikov:half_life=20s,depth=10,qty=5,max_position=40",
                "--strategy", TAKER, *more]

    def test_strategies_trade_on_it_and_the_ledgers_agree(self):
        run = self.json(*self.words("--report", "market.html", "--csv", "made"))
        self.assertGreater(run["statistics"]["fills"], 50)
        self.assertEqual(float(run["difference"]), 0)
        self.assertIn("they send moves the price", json.dumps(run["assumptions"]))
        self.assertIn("grid_maker", (self.dir / "market.html").read_text(encoding="utf-8"))
        with open(self.dir / "made" / "fills.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), run["statistics"]["fills"])
        held = sum(decimal.Decimal(row["qty"]) * (1 if row["side"] == "buy" else -1) for row in rows)
        self.assertEqual(held, sum(decimal.Decimal(row["position"]) for row in run["tables"]["instruments"]))

    def test_the_same_seed_makes_the_same_market_and_its_journal_replays(self):
        first = self.good(*self.words("--json")).stdout
        self.assertEqual(self.good(*self.words("--json")).stdout, first)
        other = self.json(*self.words("--seed", "5"))
        self.assertNotEqual(other["statistics"], json.loads(first)["statistics"])
        journaled = self.json(*self.words("--journal", "market.journal"))
        self.assertEqual(journaled["statistics"], json.loads(first)["statistics"])
        self.assertIn("all as recorded", self.good("journal", "replay", "market.journal").stdout)

    def test_a_level_may_be_shared_out(self):
        fifo, shared = self.json(*self.words()), self.json(*self.words("--market", "algorithm=pro_rata"))
        self.assertNotEqual(fifo["statistics"], shared["statistics"])

    def test_what_does_not_go_with_it_is_said(self):
        self.bad(2, "--market and --data exclude each other", args=self.words("--data", "AAA"))
        self.bad(2, "--market and --fee exclude each other", args=self.words("--fee", "maker_taker:taker=5"))
        self.bad(2, "limit_rate", args=self.words("--market", "limit_rat=2"))
        self.bad(2, "tick", args=self.words("--market", "tick=0"))


if __name__ == "__main__":
    fulmar.tap.main()
