# SPDX-License-Identifier: Apache-2.0
"""tools/demo fetches with the ordinary clients, keeps what it fetched, goes on when one of them fails, and runs five
strategies on what there is."""
import io
import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import unittest
import zipfile

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
NPM = """#!/bin/sh
echo npm "$@" >>"$CALLS"
[ -n "$NPM_PACKAGE" ] || { echo 'network is unreachable' >&2; exit 1; }
cp "$NPM_PACKAGE" ./vega-datasets-3.9.9.tgz
"""
PIP = """#!/bin/sh
echo pip "$@" >>"$CALLS"
[ -n "$PIP_PACKAGE" ] || { echo 'network is unreachable' >&2; exit 1; }
while [ "$1" != --dest ]; do shift; done
cp "$PIP_PACKAGE" "$2/skfolio-1.0-py3-none-any.whl"
"""

FULMAR = """#!/bin/sh
echo fulmar "$@" >>"$CALLS"
[ "$1 $2" != 'data info' ] || cat "$(dirname "$0")/info.json"
"""
INFO = """{"series": [{"series": "LOCAL/SP500/bar-1d", "asset": "index"},
            {"series": "LOCAL/AAPL/bar-1d", "asset": "equity"}, {"series": "LOCAL/KO/bar-1d", "asset": "equity"}]}"""


class Demo(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        self.calls = self.root / "calls"
        self.calls.touch()
        self.cache = self.root / "cache" / "fulmar" / "demo"
        (self.root / "bin").mkdir()
        for name, text in (("npm", NPM), ("pip", PIP)):
            client = self.root / "bin" / name
            client.write_text(text, encoding="utf-8")
            client.chmod(0o755)
        self.write_packages()
        program = self.root / "build" / "release"
        program.mkdir(parents=True)
        (program / "fulmar").write_text(FULMAR, encoding="utf-8")
        (program / "fulmar").chmod(0o755)
        (program / "info.json").write_text(INFO, encoding="utf-8")
        (self.root / "tools").mkdir()
        shutil.copy(ROOT / "tools" / "demo", self.root / "tools" / "demo")

    def tearDown(self):
        self.folder.cleanup()

    def write_packages(self):
        with tarfile.open(self.root / "index.tgz", "w:gz") as package:
            member = tarfile.TarInfo("package/data/sp500-2000.csv")
            member.size = len(b"date,close\n")
            package.addfile(member, io.BytesIO(b"date,close\n"))
        with zipfile.ZipFile(self.root / "panel.whl", "w") as package:
            package.writestr("skfolio/datasets/data/sp500_dataset.csv.gz", b"not really gzip")

    def fetch(self, *arguments, **clients):
        return self.demo("--fetch-only", *arguments, **clients)

    def demo(self, *arguments, npm=True, pip=True):
        environment = {
            **os.environ,
            "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
            "CALLS": str(self.calls),
            "XDG_CACHE_HOME": str(self.root / "cache"),
            "NPM_PACKAGE": str(self.root / "index.tgz") if npm else "",
            "PIP_PACKAGE": str(self.root / "panel.whl") if pip else "",
        }
        command = [self.root / "tools" / "demo", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def cached(self):
        return sorted(path.name for path in self.cache.glob("*"))

    def test_both_files_land_in_the_cache_and_nothing_else(self):
        run = self.fetch()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.cached(), ["sp500-2000.csv", "sp500_dataset.csv.gz"])
        self.assertEqual((self.cache / "sp500-2000.csv").read_bytes(), b"date,close\n")
        self.assertEqual((self.cache / "sp500_dataset.csv.gz").read_bytes(), b"not really gzip")

    def test_a_second_run_calls_no_client(self):
        self.fetch()
        self.calls.write_text("")
        run = self.fetch(npm=False, pip=False)
        self.assertEqual((run.returncode, self.calls.read_text()), (0, ""))
        self.assertIn("in the cache", run.stderr)

    def test_another_content_than_the_known_one_is_said_and_used(self):
        self.assertEqual(self.fetch().stderr.count("is not the file known here"), 2)

    def test_one_registry_out_of_reach_is_said_and_the_other_is_used(self):
        for npm, left in ((True, "sp500-2000.csv"), (False, "sp500_dataset.csv.gz")):
            with self.subTest(npm=npm):
                run = self.fetch(npm=npm, pip=not npm)
                self.assertEqual(run.returncode, 0)
                self.assertIn("going on without it", run.stderr)
                self.assertEqual(self.cached(), [left])
                (self.cache / left).unlink()

    def test_with_neither_it_says_how_to_give_a_file(self):
        run = self.fetch(npm=False, pip=False)
        self.assertEqual(run.returncode, 1)
        self.assertIn("./dev demo --data FILE", run.stderr)
        self.assertEqual(self.cached(), [])

    def test_a_package_without_the_file_counts_as_not_fetched(self):
        with tarfile.open(self.root / "index.tgz", "w:gz"):
            pass
        run = self.fetch()
        self.assertEqual((run.returncode, self.cached()), (0, ["sp500_dataset.csv.gz"]))

    def test_a_file_of_ones_own_fetches_nothing(self):
        own = self.root / "own.csv"
        own.write_text("date,close\n")
        self.assertEqual(self.fetch("--data", own).returncode, 0)
        self.assertEqual(self.calls.read_text(), "")

    def test_a_file_that_cannot_be_read_and_a_wrong_argument_are_refused(self):
        self.assertEqual(self.fetch("--data", self.root / "nothing.csv").returncode, 1)
        self.assertEqual(self.fetch("--dat").returncode, 2)

    def ran(self, verb):
        return [call for call in self.calls.read_text().splitlines() if call.startswith(f"fulmar {verb}")]

    def test_with_both_files_the_stocks_are_traded_and_the_index_is_the_benchmark(self):
        run = self.demo()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(len(self.ran("data import")), 2)
        backtest = self.ran("backtest")[0]
        self.assertEqual(backtest.count("--strategy"), 5)
        self.assertIn("--data LOCAL/AAPL/bar-1d --data LOCAL/KO/bar-1d", backtest)
        self.assertNotIn("--data LOCAL/SP500", backtest)
        self.assertIn("--benchmark SP500", backtest)
        self.assertIn(f"The report: file://{self.root}/build/demo/report.html", run.stderr)

    def test_with_the_index_alone_the_index_is_traded_and_the_assumption_is_given(self):
        self.assertEqual(self.demo(pip=False).returncode, 0)
        backtest = self.ran("backtest")[0]
        self.assertEqual(backtest.count("--strategy"), 5)
        self.assertIn("--data LOCAL/SP500/bar-1d --venue allow_index=true", backtest)

    def test_with_the_stocks_alone_there_is_no_benchmark(self):
        self.assertEqual(self.demo(npm=False).returncode, 0)
        backtest = self.ran("backtest")[0]
        self.assertNotIn("--benchmark", backtest)

    def test_a_file_of_ones_own_is_imported_and_all_its_series_are_traded(self):
        own = self.root / "own.csv"
        own.write_text("date,close\n")
        self.assertEqual(self.demo("--data", own).returncode, 0)
        (imported,), backtest = self.ran("data import"), self.ran("backtest")[0]
        self.assertTrue(imported.endswith(str(own)))
        self.assertEqual((backtest.count("--data"), backtest.count("--strategy")), (3, 5))

    def test_it_ends_in_the_server_with_kept_runs_and_a_session_that_trades_the_same_series(self):
        self.assertEqual(self.demo().returncode, 0)
        runs = [call.split("--run ")[1].split()[0] for call in self.ran("backtest") if "--run " in call]
        self.assertEqual(runs, ["trend", "reversion", "hold"])
        (serve,) = self.ran("serve")
        out = self.root / "build" / "demo"
        for option in ("--bind 127.0.0.1:8000", f"--tape {out}/tape", f"--runs {out}/runs", f"--state {out}/state"):
            self.assertIn(option, serve)
        folder = out / "state" / "sessions" / "demo"
        about = json.loads((folder / "session.json").read_text())
        self.assertEqual((about["format"], about["tenant"], about["durable"]), ("fulmar-session-1", 1, True))
        config = (folder / "config.yaml").read_text()
        self.assertIn("data:\n- LOCAL/AAPL/bar-1d\n- LOCAL/KO/bar-1d\nstrategies:\n", config)
        self.assertEqual(config.count("strategy:"), 4)

    def test_once_looks_at_the_pages_and_ends(self):
        shutil.copy(ROOT / "tools" / "demo_once", self.root / "tools" / "demo_once")
        run = self.demo("--once")
        self.assertIn("the server ended and said", run.stderr)
        self.assertIn("--json", self.ran("serve")[0])

    def test_what_fails_on_the_way_ends_the_demo(self):
        program = self.root / "build" / "release" / "fulmar"
        program.write_text(FULMAR + '[ "$1" != backtest ]\n')
        run = self.demo()
        self.assertNotEqual(run.returncode, 0)
        self.assertNotIn("The report", run.stderr)


if __name__ == "__main__":
    tap.main()
