# SPDX-License-Identifier: Apache-2.0
"""A recorded feed from its import to a report: a session of our own making, and a real one with published results."""
import json
import unittest

import fulmar

MS = 1_000_000
MAKER = "grid_maker:half_spread=0.0005,interval=0.0002,skew=0.00005,levels=3,qty=0.1,max_position=0.5"


def session():
    """Lines of a recording: a picture, then a touch that walks, and trades at it. The same on every machine."""
    start, state, middle = 1_700_000_000_000, 9, 30000
    yield start, {"lastUpdateId": 1, "E": start, "T": start,
                  "bids": [[f"{(middle - 1 - i) / 10:.1f}", "1.000"] for i in range(40)],
                  "asks": [[f"{(middle + 1 + i) / 10:.1f}", "1.000"] for i in range(40)]}
    update, trade = 1, 0
    for step in range(3000):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        roll, at = (state >> 33) % 1000, start + 20 * (step + 1)
        before, middle = middle, middle + (roll % 3) - 1
        bids = [[f"{(before - 1) / 10:.1f}", "0.000"]] if middle < before else []
        asks = [[f"{(before + 1) / 10:.1f}", "0.000"]] if middle > before else []
        bids.append([f"{(middle - 1) / 10:.1f}", f"{(1 + roll % 7) / 10:.3f}"])
        asks.append([f"{(middle + 1) / 10:.1f}", f"{(1 + roll % 5) / 10:.3f}"])
        yield at, {"stream": "xusdt@depth",
                   "data": {"e": "depthUpdate", "E": at, "T": at, "s": "XUSDT", "U": update + 1, "u": update + 1,
                            "pu": update, "b": bids, "a": asks}}
        update += 1
        if roll % 4 == 0:
            trade += 1
            price = middle + (1 if roll % 8 else -1) * (1 + roll % 30)
            yield at, {"stream": "xusdt@trade",
                       "data": {"e": "trade", "E": at, "T": at, "s": "XUSDT", "t": trade, "p": f"{price / 10:.1f}",
                                "q": "0.300", "X": "MARKET", "m": roll % 8 == 0}}


class Feeds(fulmar.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lines = [f"{(at + 3) * MS} {json.dumps(message, separators=(',', ':'))}\n" for at, message in session()]
        (cls.dir / "session.txt").write_text("".join(lines))
        done = cls.call("data", "import", "session.txt", "--symbol", "XUSDT")
        assert done.returncode == 0, done.stderr

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

    def test_later_answers_and_other_queues_give_other_fills(self):
        fills = set()
        for more in ([], ["--venue", "delay=2s"], ["--latency", "constant:entry=1s"], ["--queue", "risk_averse"],
                     ["--venue", "fills=whole"], ["--venue", "step=1s"], ["--venue", "heard=recorded"]):
            run = self.json(*self.run_feed(*more))
            fills.add(json.dumps(run["statistics"]))
        self.assertGreaterEqual(len(fills), 4)

    def test_what_does_not_go_together_is_said(self):
        maker = ["--strategy", MAKER]
        cases = [
            (1, ["recorded feed", "nothing"], ["--data", "XUSDT", "--data", "AAA", *maker]),
            (2, ["sma_cross decides on bars"], ["--data", "XUSDT", "--strategy", "sma_cross"]),
            (2, ["grid_maker reads a book"], ["--data", "AAA", *maker]),
            (2, ["queue: bars have no queues"], ["--data", "AAA", "--strategy", "momentum", "--queue", "log"]),
            (2, ["slippage"], ["--data", "XUSDT", *maker, "--slippage", "fixed"]),
            (2, ["did you mean power3"], ["--data", "XUSDT", *maker, "--queue", "powr3"]),
            (2, ["window", "power of two"], ["--data", "XUSDT", *maker, "--venue", "window=1000"]),
            (1, ["no market data in this range"], ["--data", "XUSDT", *maker, "--from", "2030-01-01"]),
        ]
        for status, words, args in cases:
            with self.subTest(args=args):
                self.bad(status, *words, args=["backtest", *args])

    def test_a_real_session_fills_as_published(self):
        path = fulmar.SHARED / "data/crypto_l2/binance_usdm_btcusdt_20240808.txt.xz"
        if not path.exists():
            raise unittest.SkipTest(f"needs {path.name}, which is absent")
        self.good("data", "import", path, timeout=300)
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
