# SPDX-License-Identifier: Apache-2.0
"""fulmar walkforward: windows are searches, what is tested is one account, and a search says what its best is worth."""
import json
import pathlib
import subprocess
import tempfile
import unittest

import fulmar

SPACE = ["--strategy", "sma_cross", "--param", "fast=3:15:4", "--param", "slow=20:60:20", "--where", "fast < slow",
         "--fee", "maker_taker:taker=10", "--sizing", "fixed_fraction:fraction=0.9"]
LENGTHS = ["--train", "400d", "--test", "200d"]


class Walkforward(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        csv = cls.root / "walk.csv"
        csv.write_text("\n".join(fulmar.bars("WALK", 1200, 3)) + "\n", encoding="ascii")
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

    def walk(self, *args, status=0):
        return self.run_program("walkforward", "--data", "WALK", *SPACE, *args, status=status)

    def test_a_window_is_a_search_over_its_train_stretch(self):
        told = json.loads(self.walk(*LENGTHS, "--warmup", "0", "--json").stdout)
        self.assertEqual(len(told["windows"]), 3)
        for window in told["windows"]:
            span = ["--from", window["train_from"], "--to", window["train_to"]]
            found = json.loads(self.run_program("sweep", "--data", "WALK", *SPACE, *span, "--top", "1", "--doubt",
                                                "off", "--json").stdout)
            best = found["top"][0]
            self.assertEqual(window["params"], best["params"])
            self.assertEqual(window["in_sample"]["fills_hash"], best["fills_hash"])
            self.assertEqual(window["in_sample"]["fees"], best["fees"])

    def test_the_parts_are_the_account(self):
        told = json.loads(self.walk(*LENGTHS, "--json").stdout)
        growth, trades, fees = 1, 0, 0
        for window in told["windows"]:
            growth *= 1 + window["out_of_sample"]["total_return"]
            trades += window["out_of_sample"]["trades"]
            fees += round(float(window["out_of_sample"]["fees"]) * 1e8)
        account = told["account"]
        self.assertAlmostEqual(growth, 1 + account["total_return"], delta=1e-12)
        self.assertEqual(trades, account["trades"])
        self.assertEqual(fees, round(float(account["fees"]) * 1e8))
        self.assertEqual(told["windows"][-1]["out_of_sample"]["equity"], account["equity"])

    def test_lanes_and_the_event_engine_walk_alike(self):
        for method in ("rolling", "anchored"):
            words = [*LENGTHS, "--method", method, "--purge", "5d", "--json"]
            self.assertEqual(self.walk(*words).stdout, self.walk(*words, "--events", "--threads", "1").stdout)

    def test_one_combination_walks_as_a_backtest_from_the_first_test_on(self):
        words = ["--strategy", "sma_cross", "--param", "fast=5", "--param", "slow=20", "--sizing",
                 "fixed_fraction:fraction=0.9"]
        told = json.loads(self.run_program("walkforward", "--data", "WALK", *words, *LENGTHS, "--json").stdout)
        first = told["windows"][0]["test_from"]
        self.assertEqual({json.dumps(window["params"]) for window in told["windows"]}, {'{"fast": "5", "slow": "20"}'})
        later = json.loads(self.run_program("backtest", "--data", "WALK", "--strategy", "sma_cross:fast=5,slow=20",
                                            "--sizing", "fixed_fraction:fraction=0.9", "--from", first,
                                            "--json").stdout)["statistics"]
        # The backtest's averages begin with its data: after some bars both hold the same, but not the same amount.
        self.assertAlmostEqual(told["account"]["trades"], later["trades"], delta=1)

    def test_paths_of_cross_validation_are_accounts(self):
        told = json.loads(self.walk("--method", "combinatorial", "--groups", "5", "--test-groups", "2", "--purge",
                                    "10d", "--embargo", "5d", "--json").stdout)
        self.assertEqual((len(told["splits"]), len(told["paths"])), (10, 4))
        for path in told["paths"]:
            self.assertEqual(len(path["params"]), 5)
            self.assertGreater(path["account"]["days"], 1100)
        chosen = {json.dumps(split["params"], sort_keys=True) for split in told["splits"]}
        self.assertTrue({json.dumps(p, sort_keys=True) for path in told["paths"] for p in path["params"]} <= chosen)

    def test_pages_have_everything_in_one_file(self):
        for words in (["walkforward", *LENGTHS], ["walkforward", "--method", "combinatorial"], ["sweep"]):
            page = self.root / "page.html"
            self.run_program(words[0], "--data", "WALK", *SPACE, *words[1:], "--html", page)
            text = page.read_text(encoding="utf-8")
            self.assertIn("<svg", text)
            self.assertNotIn("http", text.replace("http-equiv", ""))
            self.assertNotIn("nan", text.split("</style>")[1], words)
            self.assertTrue(text.rstrip().endswith("</html>"))

    def test_what_a_search_is_worth_is_told(self):
        doubt = json.loads(self.run_program("sweep", "--data", "WALK", *SPACE, "--json").stdout)["doubt"]
        self.assertEqual(doubt["overfitting"]["splits"], 12870)
        for value in (doubt["overfitting"]["pbo"], doubt["data_snooping"]["spa_p"],
                      doubt["data_snooping"]["reality_check_p"], doubt["random_entries"]["p"]):
            self.assertTrue(0 <= value <= 1)
        variants = {row["with"]: row for row in doubt["variants"]}
        self.assertGreater(variants["fees x 0"]["total_return"], variants["fees x 5"]["total_return"])
        paths = doubt["monte_carlo"]
        self.assertEqual(set(paths), {"levels", "paths", "shuffle", "bootstrap", "blocks", "garch"})
        ends = paths["shuffle"]["final_wealth"]
        self.assertAlmostEqual(ends[0], ends[-1], delta=1e-9)
        self.assertLess(paths["blocks"]["max_drawdown"][0], paths["blocks"]["max_drawdown"][-1])
        self.assertEqual(doubt["moved_candles"]["runs"], 100)

    def test_bad_input_is_misuse_with_a_remedy(self):
        rows = [
            (["--method", "sideways"], "there are: rolling, anchored, combinatorial"),
            (["--train", "2000d"], "too short for 10 windows"),
            (["--test", "1d", "--train", "1200d"], "too short for 1 window"),
            (["--embargo", "1d"], "is for --method combinatorial"),
            (["--method", "combinatorial", "--train", "10d"], "has --groups and --test-groups"),
            (["--method", "combinatorial", "--objective", "trades"], "no measure of daily returns"),
            (["--method", "combinatorial", "--require", "trades > 2"], "which have no trades to ask for"),
            (["--method", "combinatorial", "--groups", "4", "--test-groups", "4"], "not 4 and 4"),
            (["--train", "400"], "--train"),
            (["--windows", "0"], "--windows"),
            (["--warmup", "some"], "--warmup"),
        ]
        for words, remedy in rows:
            self.assertIn(remedy, self.walk(*words, status=2).stderr, words)
        self.assertIn("in no window", self.walk(*LENGTHS, "--require", "trades > 9999", status=1).stderr)
        self.assertIn("none of off, quick, full",
                      self.run_program("sweep", "--data", "WALK", *SPACE, "--doubt", "much", status=2).stderr)


if __name__ == "__main__":
    fulmar.tap.main()
