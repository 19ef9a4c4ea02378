# SPDX-License-Identifier: Apache-2.0
"""fulmar sweep: its trials are backtests, and a search that was killed ends as one that was not."""
import json
import pathlib
import random
import signal
import struct
import subprocess
import tempfile
import time
import unittest

import fulmar

SPACE = ["--strategy", "sma_cross", "--param", "fast=2:40", "--param", "slow=5:60", "--where", "fast < slow",
         "--fee", "maker_taker:taker=10"]
KILLS = 6


def columns(path):
    """The file's columns by name, as docs/sweep.md says; numbers as their bits."""
    data = path.read_bytes()
    size, = struct.unpack_from("<I", data, 12)
    words = data[64:64 + size].decode().splitlines()[-1].split()[2:]
    at, read = (64 + size + 15) // 16 * 16, {}
    while at < len(data):
        count, = struct.unpack_from("<I", data, at + 16)
        at += 32
        for name, kind in (word.split(":") for word in words):
            width = 2 if kind == "i128" else 1
            read.setdefault(name, []).extend(struct.unpack_from(f"<{count * width}Q", data, at))
            at += 8 * width * count
    return read


class Sweep(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        csv = cls.root / "walk.csv"
        csv.write_text("\n".join(fulmar.bars("WALK", 1500, 3)) + "\n", encoding="ascii")
        cls.run_program("data", "import", csv, "--symbol", "WALK", "--venue", "TEST", "--calendar", "24/7")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def run_program(cls, *args, status=0):
        done = subprocess.run([fulmar.PROGRAM, *map(str, args), "--tape", str(cls.root / "tape")], text=True,
                              capture_output=True, check=False)
        assert done.returncode == status, (args, done.returncode, done.stderr)
        return done

    def sweep(self, *args, status=0):
        level = [] if "--doubt" in args else ["--doubt", "off"]
        return self.run_program("sweep", "--data", "WALK", *SPACE, *level, *args, status=status)

    def test_the_best_trials_are_backtests_to_the_last_unit(self):
        found = json.loads(self.sweep("--json", "--top", "3", "--objective", "total_return").stdout)
        self.assertEqual(found["trials"], len([1 for f in range(2, 41) for s in range(5, 61) if f < s]))
        for trial in found["top"]:
            words = ",".join(f"{name}={value}" for name, value in trial["params"].items())
            run = json.loads(self.run_program("backtest", "--data", "WALK", "--strategy", f"sma_cross:{words}", "--fee",
                                              "maker_taker:taker=10", "--json").stdout)["statistics"]
            self.assertEqual(trial["equity"], run["end_equity"])
            self.assertEqual(trial["fees"], run["fees"])
            for name in ("trades", "fills", "days"):
                self.assertEqual(trial[name], run[name])
            for name in ("total_return", "cagr", "sharpe", "sortino", "calmar", "volatility", "max_drawdown", "skew",
                         "kurtosis", "time_in_market", "hit_rate", "profit_factor"):
                self.assertAlmostEqual(trial[name], run[name], delta=1e-10 * max(1, abs(run[name])), msg=name)

    def test_a_search_killed_at_any_moment_ends_as_one_that_was_not(self):
        whole, pieces = self.root / "whole.sweep", self.root / "pieces.sweep"
        start = time.monotonic()
        self.sweep("--out", whole, "--events")
        length = time.monotonic() - start
        moments = random.Random(5)
        killed = 0
        for _ in range(KILLS):
            command = [fulmar.PROGRAM, "sweep", "--data", "WALK", *SPACE, "--out", str(pieces), "--threads", "2",
                       "--events", "--tape", str(self.root / "tape")]
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                try:
                    process.wait(moments.uniform(0.1, 0.7) * length)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    killed += 1
        self.assertGreater(killed, 0)
        self.sweep("--out", pieces, "--threads", "1", "--events")
        self.assertEqual(whole.read_bytes(), pieces.read_bytes())

    def test_lanes_on_recorded_bars_are_the_event_engine_to_the_last_bit(self):
        source = fulmar.SHARED / "data/crypto_bars/lean/crypto/coinbase/daily/btcusd_trade.zip"
        if not source.exists():
            self.skipTest(f"needs {source}")
        self.run_program("data", "import", source)
        rows = [  # a strategy, its parameters, how many of the trials may be left to the event engine
            ("sma_cross", ["fast=2:30:4", "slow=10:90:5"], "fast < slow", 0),
            ("momentum", ["lookback=5:95:10", "trend=10:100:30", "stop_atr=0:4:2"], "lookback > 0", 6),
            ("mean_reversion", ["window=5:55:5", "entry=1:2:0.5", "stop=2.5:4:0.5"], "window > 0", 25),
            ("volatility_breakout", ["channel=5:55:5", "margin=0:1:0.5", "stop_atr=1:4:1"], "channel > 0", 25),
        ]
        windows = random.Random(11)
        for strategy, params, where, most in rows:
            year = windows.randrange(2015, 2018)
            words = ["sweep", "--data", "COINBASE/BTCUSD/bar-1d", "--strategy", strategy, "--where", where, "--fee",
                     "maker_taker:taker=10", "--sizing", "fixed_fraction:fraction=1", "--doubt", "off", "--capital",
                     "20000", "--from",
                     f"{year}-0{windows.randrange(1, 10)}-01"]
            for param in params:
                words += ["--param", param]
            by_lanes, by_events = self.root / f"{strategy}.lanes", self.root / f"{strategy}.events"
            told = self.run_program(*words, "--out", by_lanes).stdout
            self.run_program(*words, "--out", by_events, "--events")
            lanes, events = columns(by_lanes), columns(by_events)
            self.assertIn(" trials in lanes", told)
            by_lane = lanes.pop("engine")
            self.assertGreater(len(by_lane), 100)
            self.assertLessEqual(len(by_lane) - sum(by_lane), most, strategy)
            self.assertEqual(sum(events.pop("engine")), 0)
            self.assertGreater(sum(events["fills"]), 5 * len(by_lane), strategy)
            self.assertEqual(lanes, events, strategy)

    def test_what_fails_after_the_search_does_not_cost_the_ranking(self):
        picture = self.root / "kept.svg"
        done = self.sweep("--html", "/dev/full", "--heatmap", picture, "--top", "3", "--json", status=1)
        self.assertEqual(len(json.loads(done.stdout)["top"]), 3)
        self.assertIn("/dev/full", done.stderr)
        self.assertIn("<svg", picture.read_text(encoding="utf-8"))

    def test_a_torn_or_faulty_tail_is_cut_off_and_worked_out_again(self):
        whole, torn = self.root / "a.sweep", self.root / "b.sweep"
        self.sweep("--out", whole)
        data = whole.read_bytes()
        for cut in (0, 30, 64, len(data) // 2, len(data) - 1):
            torn.write_bytes(data[:cut])
            self.sweep("--out", torn)
            self.assertEqual(torn.read_bytes(), data)
        spoilt = bytearray(data)
        spoilt[-5] ^= 1
        torn.write_bytes(bytes(spoilt))
        self.sweep("--out", torn)
        self.assertEqual(torn.read_bytes(), data)

    def test_a_file_of_another_search_is_left_alone(self):
        path = self.root / "other.sweep"
        self.sweep("--out", path)
        before = path.read_bytes()
        done = self.sweep("--out", path, "--capital", "5", status=1)
        self.assertIn("of another search", done.stderr)
        self.assertEqual(path.read_bytes(), before)
        notes = self.root / "notes.txt"
        notes.write_text("mine", encoding="ascii")
        self.assertIn("no result of a search", self.sweep("--out", notes, status=1).stderr)
        self.assertEqual(notes.read_text(encoding="ascii"), "mine")

    def test_what_the_best_is_worth_is_told_with_every_search(self):
        words = ["sweep", "--data", "WALK", "--strategy", "sma_cross", "--param", "fast=5:20:5", "--param",
                 "slow=30:60:10"]
        told = json.loads(self.run_program(*words, "--doubt", "quick", "--json").stdout)
        doubt = told["doubt"]
        self.assertEqual(doubt["trials"], told["trials"])
        self.assertLess(doubt["deflated_sharpe"], doubt["psr"])
        self.assertGreater(doubt["expected_max_sharpe"], 0)
        self.assertIn("deflated Sharpe ratio", self.run_program(*words).stdout)
        alone = self.run_program("sweep", "--data", "WALK", "--strategy", "sma_cross", "--param", "fast=5", "--json")
        self.assertIsNone(json.loads(alone.stdout)["doubt"]["deflated_sharpe"])

    def test_threads_change_no_byte(self):
        one, four = self.root / "one.sweep", self.root / "four.sweep"
        self.sweep("--out", one, "--threads", "1")
        self.sweep("--out", four, "--threads", "4")
        self.assertEqual(one.read_bytes(), four.read_bytes())

    def test_bad_input_is_misuse_with_a_remedy(self):
        base = ["sweep", "--data", "WALK", "--strategy", "sma_cross"]
        rows = [
            (["--param", "fst=2:9"], 'did you mean "fast"'),
            (["--param", "fast=9:2"], "the range from 9 to 2 is empty"),
            ([], "nothing is varied"),
            (["--param", "fast=2:9", "--where", "fast < slwo"], "did you mean slow?"),
            (["--param", "fast=2:9", "--where", "fast > 9"], "no combination is left of 8"),
            (["--param", "fast=2:9", "--objective", "sharp"], "did you mean sharpe?"),
            (["--param", "fast=2:9", "--require", "trade > 3"], "did you mean trades?"),
            (["--param", "fast=2:9", "--memory", "9"], "is not a size such as 512M or 2G"),
            (["--param", "fast=2:9", "--memory", "2M"], "are not enough"),
            (["--param", "fast=2:9", "--samples", "9"], "a grid has every point"),
            (["--param", "fast=2:9", "--heatmap", "x.svg"], "two parameters"),
        ]
        for args, words in rows:
            done = self.run_program(*base, *args, status=2)
            self.assertIn(words, done.stderr, args)
            self.assertNotIn("\n", done.stderr.strip(), args)

    def test_a_run_without_trades_ranks_last_and_meets_no_condition(self):
        done = self.run_program("sweep", "--data", "WALK", "--strategy", "sma_cross", "--param", "fast=5,6", "--param",
                                "slow=20,5000", "--objective", "profit_factor", "--json")
        top = json.loads(done.stdout)["top"]
        self.assertEqual([trial["params"]["slow"] for trial in top], ["20", "20", "5000", "5000"])
        self.assertIsNone(top[3]["profit_factor"])
        done = self.run_program("sweep", "--data", "WALK", "--strategy", "sma_cross", "--param", "fast=5,6", "--param",
                                "slow=20,5000", "--require", "profit_factor > 0", "--json")
        self.assertEqual(json.loads(done.stdout)["admitted"], 2)


if __name__ == "__main__":
    fulmar.tap.main()
