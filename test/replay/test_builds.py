# SPDX-License-Identifier: Apache-2.0
"""The same run gives the same bytes: twice, replayed from its journal, after a kill, and built by other compilers."""
import json
import os
import shutil
import subprocess
import time

import fulmar

# Built beside this build when their compiler is here; every one must give what the tested build gives.
BUILDS = [
    ("gcc-O3", *fulmar.GCC),
    ("clang-O1", "clang", ["-Doptimization=1"]),
]
# $FULMAR_BUILDS=all takes these as well: the whole square of compilers and levels.
LEVELS = [("gcc", "0"), ("gcc", "2"), ("clang", "0"), ("clang", "2"), ("clang", "3")]
MORE = [(f"{compiler}-O{level}", compiler, [f"-Doptimization={level}"]) for compiler, level in LEVELS]


class SameBytes(fulmar.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.import_session()

    def run_once(self, name, program=None):
        """Outputs and journals of a run with all strategies of bars and of one with all of books."""
        report = self.good(*self.backtest("--json", "--journal", f"{name}.journal"), program=program).stdout
        words = [word for strategy in fulmar.BOOK_STRATEGIES for word in ("--strategy", strategy)]
        feed = self.good("backtest", "--data", "XUSDT", *words, "--json", "--journal", f"{name}.feed.journal",
                         program=program).stdout
        return report, feed, *((self.dir / f"{name}{end}").read_bytes() for end in (".journal", ".feed.journal"))

    def test_a_run_twice_gives_the_same_json_and_journal(self):
        first, second = self.run_once("first"), self.run_once("second")
        self.assertEqual(first, second)
        for report in first[:2]:
            self.assertGreater(len(json.loads(report)["tables"]), 0)

    def test_a_replay_ends_in_the_state_of_the_run(self):
        reports = self.run_once("again")[:2]
        for journal, report in zip(("again.journal", "again.feed.journal"), reports):
            replayed = self.json("journal", "replay", journal)
            self.assertTrue(replayed["outputs_equal"])
            self.assertIn(replayed["state_hash"], report)

    def test_other_compilers_and_levels_give_the_same_bytes(self):
        expected = self.run_once("reference")
        builds, tried = BUILDS + (MORE if os.environ.get("FULMAR_BUILDS") == "all" else []), 0
        for name, compiler, options in builds:
            if not shutil.which(compiler):
                continue
            with self.subTest(build=name):
                program = fulmar.build(name, compiler, options)
                self.assertEqual(self.run_once(name, program), expected, name)
                for journal in ("reference.journal", "reference.feed.journal"):
                    replayed = self.json("journal", "replay", journal, program=program)
                    self.assertTrue(replayed["outputs_equal"])
                tried += 1
        if tried == 0:
            self.skipTest("needs gcc or clang")


class Killed(fulmar.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lines = list(fulmar.bars("BIG", 60000, 9))
        minutes = [f"{1420070400 + 60 * i},{line.split(',', 1)[1]}" for i, line in enumerate(lines[1:])]
        (cls.dir / "BIG.csv").write_text("\n".join(["time,open,high,low,close,volume", *minutes]) + "\n")
        done = cls.call("data", "import", "BIG.csv", "--calendar", "24/7", "--frame", "1m")
        assert done.returncode == 0, done.stderr

    def start(self, journal):
        return subprocess.Popen([fulmar.PROGRAM, "backtest", "--data", "BIG", "--strategy", "sma_cross:fast=2,slow=5",
                                 "--journal", journal], cwd=self.dir, env=self.env, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def test_a_killed_run_leaves_a_journal_whose_beginning_replays(self):
        whole = self.dir / "whole.journal"
        self.assertEqual(self.start("whole.journal").wait(), 0)
        cut = 0
        for turn in range(4):
            journal = self.dir / f"killed{turn}.journal"
            process = self.start(journal.name)
            least = whole.stat().st_size * (turn + 1) // 8
            deadline = time.monotonic() + 20
            while process.poll() is None and time.monotonic() < deadline:
                if journal.exists() and journal.stat().st_size >= least:
                    break
            process.kill()
            process.wait()
            bytes_left = journal.read_bytes()
            cut += len(bytes_left) < whole.stat().st_size
            self.assertEqual(bytes_left, whole.read_bytes()[:len(bytes_left)])
            self.look_at(journal)
        self.assertGreater(cut, 0)

    def look_at(self, journal):
        """Whole, or torn at the end and said so; what is there replays."""
        for data, torn in ((journal.read_bytes(), None), (journal.read_bytes()[:-13], True)):
            journal.write_bytes(data)
            verified = self.call("journal", "verify", journal.name, "--json")
            if torn or verified.returncode != 0:
                self.assertEqual(verified.returncode, 1)
                self.assertIn("torn tail", verified.stderr)
            replayed = self.call("journal", "replay", journal.name, "--json")
            said = json.loads(replayed.stdout)
            self.assertEqual(replayed.returncode, verified.returncode)
            self.assertTrue(said["outputs_equal"])
            self.assertEqual(said["inputs"], json.loads(verified.stdout)["inputs"])


if __name__ == "__main__":
    fulmar.tap.main()
