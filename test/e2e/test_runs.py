# SPDX-License-Identifier: Apache-2.0
"""Runs that are kept: their folders, and the verbs over them."""
import hashlib
import json
import os
import signal
import statistics
import subprocess
import time

import fulmar

SMA = "sma_cross:fast=5,slow=20"


class Runs(fulmar.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["FULMAR_RUNS"] = str(cls.dir / "runs")

    def keep(self, name, *more, strategies=(SMA,)):
        return self.good(*self.backtest("--run", name, *more, strategies=list(strategies)))

    def names(self, *more):
        return [run["name"] for run in self.json("runs", "list", *more)["runs"]]

    def test_a_run_is_kept_with_everything_it_was_made_of(self):
        said = self.keep("first", "--benchmark", "BBB", "--name", "It's the first")
        folder = self.dir / "runs" / "first"
        self.assertIn("first", said.stderr)
        manifest = json.loads((folder / "manifest.json").read_text())
        listed = {file["name"]: file for file in manifest["files"]}
        there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        self.assertEqual(set(listed) | {"manifest.json"}, there)
        for name, file in listed.items():
            content = (folder / name).read_bytes()
            self.assertEqual(file["sha256"], hashlib.sha256(content).hexdigest(), name)
            self.assertEqual(file["bytes"], len(content), name)
        program = hashlib.sha256(open(fulmar.PROGRAM, "rb").read()).hexdigest()
        self.assertEqual(manifest["program"]["sha256"], program)
        self.assertEqual([row["series"] for row in manifest["data"]],
                         [f"LOCAL/{symbol}/bar-1d" for symbol in ("AAA", "BBB", "CCC")])
        report = json.loads((folder / "report.json").read_text())
        self.assertEqual(manifest["statistics"]["sharpe"], report["statistics"]["sharpe"])
        replayed = self.json("journal", "replay", folder / "run.journal")
        self.assertEqual(replayed["state_hash"], manifest["state_hash"])
        self.assertEqual(self.json("journal", "verify", folder / "run.journal")["digest"], manifest["journal"])
        self.assertEqual(json.loads(self.good(*self.backtest("--json", "--benchmark", "BBB", "--name", "It's the first",
                                                             strategies=[SMA])).stdout)["statistics"],
                         report["statistics"])
        log = (folder / "log.txt").read_text()
        self.assertIn("fulmar backtest", log)
        self.assertIn("'It'\\''s the first'", log)
        self.assertIn("Sharpe ratio", log)
        self.assertTrue(self.json("runs", "show", "first")["whole"])
        self.assertIn("as written", self.good("runs", "show", "first").stdout)

    def test_a_rerun_comes_out_the_same_from_anywhere(self):
        self.keep("again", strategies=[SMA, "buy_and_hold"])
        told = self.json("runs", "rerun", "again", "--run", "again-2")
        for key in ("same_state", "same_journal", "same_report", "same_program"):
            self.assertTrue(told[key], key)
        self.assertEqual(told["data_changed"], [])
        files = [{file["name"]: file["sha256"] for file in self.json("runs", "show", name)["files"]}
                 for name in ("again", "again-2")]
        for digests in files:
            del digests["log.txt"]
        self.assertEqual(*files)
        done = subprocess.run([fulmar.PROGRAM, "runs", "rerun", "again"], cwd="/", env=self.env, capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("DIFFERENT", done.stdout)

    def test_a_rerun_on_other_data_fails_and_says_so(self):
        self.keep("moved", "--to", "2016-03-01")
        other = {**self.env, "FULMAR_TAPE": str(self.dir / "other")}
        for symbol in ("AAA", "BBB", "CCC"):
            lines = (self.dir / f"{symbol}.csv").read_text().splitlines()
            (self.dir / "changed").mkdir(exist_ok=True)
            cells = lines[300].split(",")
            cells[5] = str(int(cells[5]) + 1)
            if symbol == "AAA":
                lines[300] = ",".join(cells)
            (self.dir / "changed" / f"{symbol}.csv").write_text("\n".join(lines) + "\n")
        paths = [f"changed/{symbol}.csv" for symbol in ("AAA", "BBB", "CCC")]
        self.good("data", "import", *paths, "--calendar", "24/7", env=other)
        done = self.call("runs", "rerun", "moved", "--tape", self.dir / "other", "--json")
        self.assertEqual(done.returncode, 1)
        told = json.loads(done.stdout)
        self.assertFalse(told["same_journal"])
        self.assertEqual(told["data_changed"], ["LOCAL/AAA/bar-1d"])
        self.assertIn("its data are not what they were", done.stderr)

    def test_a_diff_tells_configuration_and_figures(self):
        self.keep("left")
        self.keep("right", "--seed", "7", strategies=["sma_cross:fast=6,slow=20"])
        told = self.json("runs", "diff", "left", "right")
        self.assertFalse(told["same_state"])
        self.assertTrue(told["same_program"])
        self.assertIn("-   - fast=5", told["config"])
        self.assertIn("+   - fast=6", told["config"])
        self.assertTrue(any(line.startswith("+ seed: 7") for line in told["config"]))
        self.assertFalse(any("slow" in line for line in told["config"]))
        left, right = (json.loads((self.dir / "runs" / name / "report.json").read_text())["statistics"]
                       for name in ("left", "right"))
        self.assertEqual({row["name"] for row in told["statistics"]}, {key for key in left if left[key] != right[key]})
        self.assertEqual(self.json("runs", "diff", "left", "left")["statistics"], [])
        self.assertIn("difference", self.good("runs", "diff", "left", "right").stdout)

    def test_runs_are_compared_on_one_page(self):
        self.keep("page-1")
        self.keep("page-2", "--name", "a <b>", strategies=["mean_reversion"])
        self.good("report", "page-1", "page-2", "--output", "both.html", "--title", "1 < 2")
        page = (self.dir / "both.html").read_text()
        self.assertIn("1 &lt; 2", page)
        self.assertEqual(page.count("<svg"), 2)
        self.assertNotIn("http", page.replace("http-equiv", ""))
        report = json.loads((self.dir / "runs" / "page-2" / "report.json").read_text())
        days = [[row["return"] for row in json.loads((self.dir / "runs" / name / "report.json").read_text())["tables"]
                 ["equity"]] for name in ("page-1", "page-2")]
        self.assertIn(f"<td>{statistics.correlation(*days):.2f}</td>", page)
        self.assertIn(f">{report['statistics']['volatility'] * 100:.2f}\u00a0%</td>", page)
        self.bad(2, "up to 8 runs", args=["report", "page-1"])
        self.bad(1, "there is no run", args=["report", "page-1", "page-9", "--output", "x.html"])
        self.assertEqual(self.json("report", "page-1", "--output", "one.html")["runs"], 1)

    def test_tags_and_removal(self):
        self.keep("tagged")
        self.good("runs", "tag", "tagged", "paper", "x1")
        self.assertEqual(self.names("--tag", "paper"), ["tagged"])
        self.good("runs", "tag", "tagged", "paper", "--remove")
        self.assertEqual(self.names("--tag", "paper"), [])
        self.bad(1, "has no tag", args=["runs", "tag", "tagged", "paper", "--remove"])
        self.bad(2, "is no name", args=["runs", "tag", "tagged", "a b"])
        self.bad(1, "there is no run 'nothing'", args=["runs", "rm", "tagged", "nothing"])
        self.assertIn("tagged", self.names())
        self.good("runs", "rm", "tagged")
        self.assertNotIn("tagged", self.names())

    def test_runs_without_a_name_get_one(self):
        self.good(*self.backtest("--runs", "mine", strategies=[SMA]))
        self.good(*self.backtest("--runs", "mine", strategies=[SMA]))
        names = self.names("--runs", "mine")
        self.assertEqual(len(names), 2)
        self.assertEqual(names[1], names[0] + "-2")

    def test_a_killed_run_leaves_nothing_that_is_seen(self):
        runs = self.dir / "killed"
        words = self.backtest("--run", "dead", "--runs", runs, strategies=[SMA])
        for wait in (0, 0.003, 0.01, 0.03):
            child = subprocess.Popen([fulmar.PROGRAM, *map(str, words)], cwd=self.dir, env=self.env,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(wait)
            child.send_signal(signal.SIGKILL)
            child.wait()
            names = self.names("--runs", runs)
            if names:  # it was quicker, and then it is whole
                self.assertTrue(self.json("runs", "show", "dead", "--runs", runs)["whole"])
                self.good("runs", "rm", "dead", "--runs", runs)
        self.good(*words)
        self.assertEqual(os.listdir(runs), ["dead"])

    def test_what_is_wrong_is_refused_before_anything_is_computed(self):
        self.keep("taken")
        self.bad(1, "there is a run 'taken'", "runs rm taken", args=self.backtest("--run", "taken", strategies=[SMA]))
        self.bad(2, "letters", args=self.backtest("--run", "../x", strategies=[SMA]))
        self.bad(2, "leave --journal out", args=self.backtest("--run", "y", "--journal", "y.journal", strategies=[SMA]))
        self.bad(2, "there is no strategy", args=self.backtest("--run", "y", strategies=["sma_crss"]))
        self.assertNotIn("y", self.names())
        self.bad(1, "did you mean taken", args=["runs", "show", "takn"])
        self.bad(2, "give one run", args=["runs", "show"])
        self.bad(2, "give two runs", args=["runs", "diff", "taken"])
        self.bad(2, "give one run", args=["runs", "rerun"])
        self.bad(2, "no operand", args=["runs", "list", "taken"])
        self.assertEqual(self.json("runs", "list", "--runs", "nowhere")["runs"], [])
        self.assertIn("keeps one", self.good("runs", "list", "--runs", "nowhere").stderr)

    def test_a_file_that_was_changed_is_found(self):
        self.keep("changed")
        with open(self.dir / "runs" / "changed" / "tables" / "trades.csv", "a", encoding="utf-8") as file:
            file.write("1\n")
        done = self.call("runs", "show", "changed")
        self.assertEqual(done.returncode, 1)
        self.assertIn("CHANGED", done.stdout)
        (self.dir / "runs" / "changed" / "manifest.json").write_text("{]")
        self.bad(1, "manifest.json:1: not the JSON", args=["runs", "show", "changed"])
        self.assertIn("left out", self.good("runs", "list").stderr)

    def test_a_run_that_was_kept_can_be_asked(self):
        self.keep("asked")
        asked = ("--at", "2015-06-01", "--symbol", "AAA")
        journal = self.dir / "runs" / "asked" / "run.journal"
        told = self.json("explain", "--run", "asked", *asked)
        self.assertEqual(told, self.json("explain", "--journal", journal, *asked))
        self.bad(1, "there is no run", args=["explain", "--run", "no", *asked])
        self.bad(2, "give --run NAME", args=["explain", "--run", "asked", "--journal", journal, *asked])


if __name__ == "__main__":
    fulmar.tap.main()
