# SPDX-License-Identifier: Apache-2.0
"""Scores of bars by the program: the same as the indicator's, in words, and real bars within their bounds."""
import csv

import fulmar

FACTORS = ("technical", "volume", "volatility", "momentum", "reward_risk", "timing")
WEIGHTS = (25, 15, 10, 20, 20, 10)


class Score(fulmar.Case):
    def test_a_score_is_that_of_the_indicator_and_the_mean_of_its_factors(self):
        self.good("calc", "score", "--input", "AAA.csv", "--output", "scored.csv", "--keep", "date")
        with open(self.dir / "scored.csv", newline="", encoding="utf-8") as file:
            rows = {row["date"]: row for row in csv.DictReader(file)}
        for day in ("2015-06-30", "2016-01-05", "2016-08-01"):
            told = self.json("score", "--input", "AAA.csv", "--at", day)
            self.assertEqual(told["row"], day)
            mean = sum(told["factors"][name] * weight for name, weight in zip(FACTORS, WEIGHTS)) / 100
            self.assertAlmostEqual(told["score"], mean, places=9)
            self.assertAlmostEqual(told["score"], float(rows[day]["score"]), places=9)
            for name in FACTORS:
                self.assertAlmostEqual(told["factors"][name], float(rows[day][name]), places=9)
            strong = [row["factor"] for row in told["strengths"]]
            weak = [row["factor"] for row in told["weaknesses"]]
            self.assertEqual(strong, [name for name in FACTORS if told["factors"][name] >= 70])
            self.assertEqual(weak, [name for name in FACTORS if told["factors"][name] <= 35])

    def test_later_bars_change_no_score_before_them(self):
        lines = (self.dir / "BBB.csv").read_text(encoding="utf-8").splitlines()
        (self.dir / "cut.csv").write_text("\n".join(lines[:301]) + "\n", encoding="utf-8")
        day = lines[300].split(",")[0]
        told = self.good("score", "--input", "BBB.csv", "--at", day, "--json").stdout
        self.assertEqual(self.good("score", "--input", "cut.csv", "--json").stdout, told)

    def test_people_read_a_class_and_reasons(self):
        said = self.good("score", "--input", "CCC.csv", "fast=10", "slow=30").stdout
        self.assertRegex(said, r"score +\d+\.\d of 100, (excellent|good|fair|weak|poor), (long|short)")
        for name in FACTORS:
            self.assertIn(f"  {name}", said)

    def test_real_minutes_stay_within_bounds(self):
        path = fulmar.SHARED / "data" / "crypto_bars" / "btc_perp_1m_20220101_20220201.csv.xz"
        if not path.is_file():
            self.skipTest("no recorded minutes")
        self.good("data", "import", path, "--symbol", "BTC")
        self.good("data", "export", "LOCAL/BTC/bar-1m", "--to", "2022-01-05", "--output", "minutes.csv")
        self.good("calc", "score", "--input", "minutes.csv", "--output", "real.csv")
        with open(self.dir / "real.csv", newline="", encoding="utf-8") as stream:
            rows = [row for row in csv.DictReader(stream) if row["score"]]
        self.assertGreater(len(rows), 100)
        for row in rows:
            for name in ("score", *FACTORS):
                self.assertTrue(0 <= float(row[name]) <= 100, row)

    def test_frames_are_those_of_the_indicator_and_part_of_the_score(self):
        words = ["frame_row=1d", "frame_slow=20"]
        told = self.json("score", "--input", "AAA.csv", "--at", "2016-08-01", "--frames", *words)
        calc = [word for name in ("frame_row=1d", "frame_slow=20", "frame_stamp=begin") for word in ("--param", name)]
        self.good("calc", "score_frames", "--input", "AAA.csv", "--output", "own.csv", "--keep", "date", *calc)
        frames = [word.replace("frame_", "") for word in calc]
        self.good("calc", "timeframes", "--input", "AAA.csv", "--output", "frames.csv", "--keep", "date", *frames)
        rows = []
        for name in ("own.csv", "frames.csv"):
            with open(self.dir / name, newline="", encoding="utf-8") as file:
                rows.append({row["date"]: row for row in csv.DictReader(file)}["2016-08-01"])
        self.assertAlmostEqual(told["score"], float(rows[0]["score"]), places=9)
        self.assertAlmostEqual(told["frames"]["alignment"], float(rows[1]["alignment"]), places=9)
        self.assertEqual(told["frames"]["frames"], 1)
        self.assertRegex(self.good("score", "--input", "AAA.csv", "--frames", *words).stdout, r"frames +1 known")
        self.bad(2, "frame_fast is shorter", args=["score", "--input", "AAA.csv", "--frames", "frame_fast=99"])

    def test_what_cannot_be_scored_is_told(self):
        self.bad(2, "--input FILE is needed", args=["score"])
        self.bad(1, "begins later", args=["score", "--input", "AAA.csv", "--at", "2010-01-01"])
        self.bad(1, "takes 114 rows", args=["score", "--input", "AAA.csv", "--at", "2015-01-20"])
        self.bad(2, "did you mean", args=["score", "--input", "AAA.csv", "fats=3"])
        self.bad(2, "fast is shorter", args=["score", "--input", "AAA.csv", "fast=60"])
        (self.dir / "bare.csv").write_text("date,close\n2015-01-01,5\n", encoding="utf-8")
        self.bad(1, "no column 'high'", args=["score", "--input", "bare.csv"])


if __name__ == "__main__":
    fulmar.tap.main()
