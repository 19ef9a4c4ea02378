# SPDX-License-Identifier: Apache-2.0
"""What a user does with the program, from the first import to a replayed journal, and what it says when he errs."""
import html.parser
import json
import re
import shutil
import subprocess

import fulmar


class Verbs(fulmar.Case):
    def names(self):
        """The verbs, as --help lists them."""
        listing = self.good("--help").stdout.split("Verbs:\n")[1].split("\n\n")[0]
        return [re.split(r"  +", line.strip())[0] for line in listing.splitlines()]

    def test_help_lists_the_verbs_and_each_has_help_with_an_example(self):
        names = self.names()
        for verb in ("data import", "data info", "data export", "backtest", "journal replay", "calc", "doctor"):
            self.assertIn(verb, names)
        for verb in names:
            done = self.good(*verb.split(), "--help")
            self.assertIn("Example:\n", done.stdout, verb)
            self.assertIn(f"fulmar {verb}", done.stdout)
            self.assertEqual(done.stderr, "")

    def test_help_fits_a_hundred_columns(self):
        for verb in ["", *self.names()]:
            for line in self.good(*verb.split(), "--help").stdout.splitlines():
                self.assertLessEqual(len(line), 100, verb)

    def test_an_option_that_a_page_gives_a_verb_is_one_of_it(self):
        names = sorted(self.names(), key=len, reverse=True)
        helps, count = {}, 0
        for page in [*fulmar.ROOT.glob("*.md"), *(fulmar.ROOT / "docs").glob("*.md")]:
            text = page.read_text(encoding="utf-8").replace("\\\n", " ")
            for words in re.findall(r"(?m)^    fulmar (.*)$", text):
                for call in re.split(r"[|;&] *fulmar ", words):
                    call = re.sub(r"'[^']*'|\"[^\"]*\"|#.*", "", call)
                    verb = next((name for name in names if (call + " ").startswith(name + " ")), None)
                    for option in re.findall(r"(?<= )--([a-z][a-z0-9-]*)", call if verb else ""):
                        if verb not in helps:
                            told = self.good(*verb.split(), "--help").stdout
                            helps[verb] = set(re.findall(r"(?m)^  --([a-z0-9-]+)", told))
                        self.assertIn(option, helps[verb], f"{page.name}: fulmar {words}")
                        count += 1
        self.assertGreater(count, 100)

    def test_man_pages_are_clean_roff(self):
        if not shutil.which("mandoc") and not shutil.which("groff"):
            self.skipTest("needs mandoc or groff")
        for verb in [[], *(name.split() for name in self.names())]:
            page = self.good("man", *verb).stdout
            if shutil.which("mandoc"):
                command = ["mandoc", "-T", "lint", "-W", "warning"]
            else:
                command = ["groff", "-man", "-ww", "-Tutf8", "-z"]
            done = subprocess.run(command, input=page, text=True, capture_output=True, check=False)
            said = (done.stdout + done.stderr).splitlines()
            # A page without a date is the same on every day that it is made.
            self.assertEqual([line for line in said if "missing date" not in line], [], verb)

    def test_the_completion_of_each_shell_is_valid_there(self):
        seen = 0
        for shell in ("bash", "zsh"):
            script = self.good("completion", shell).stdout
            self.assertIn("backtest", script)
            if shutil.which(shell):
                done = subprocess.run([shell, "-n"], input=script, text=True, capture_output=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""), shell)
                seen += 1
        self.assertGreater(seen, 0)

    def test_every_json_output_is_one_object(self):
        self.good(*self.backtest("--journal", "objects.journal"))
        for call in (["data", "info"], ["data", "info", "AAA"], ["doctor"], ["journal", "verify", "objects.journal"],
                     ["journal", "inspect", "objects.journal"], ["journal", "replay", "objects.journal"],
                     self.backtest(), ["data", "import", "AAA.csv", "--dry-run"]):
            self.json(*call)

    def test_no_colour_goes_to_a_pipe(self):
        for call in (["--help"], ["data", "info"], self.backtest(), ["doctor"]):
            done = self.good(*call)
            self.assertNotIn("\x1b", done.stdout + done.stderr, call)


class Mistakes(fulmar.Case):
    def test_a_misspelt_word_gets_the_nearest_right_one(self):
        self.bad(2, "did you mean 'fulmar backtest'?", args=["backtset"])
        self.bad(2, "did you mean --strategy?", args=["backtest", "--stratgy", "x"])
        self.bad(2, "did you mean sma_cross?", args=["backtest", "--data", "AAA", "--strategy", "sma_cros"])
        self.bad(2, "did you mean", "fast", args=["backtest", "--data", "AAA", "--strategy", "sma_cross:fst=3"])
        self.bad(2, "did you mean", "maker_taker",
                 args=["backtest", "--data", "AAA", "--strategy", "momentum", "--fee", "maker_takr"])
        self.bad(2, "did you mean", args=["backtest", "--data", "AAA", "--strategy", "momentum", "--venue", "pth=ohlc"])
        self.bad(2, "did you mean", args=["backtest", "--data", "AAA", "--strategy", "momentum", "--risk", "drawdwn"])

    def test_a_call_that_makes_no_sense_is_a_usage_error(self):
        self.bad(2, "--data needs a value", args=["backtest", "--data"])
        self.bad(2, "give a strategy", args=["backtest", "--data", "AAA"])
        self.bad(2, "takes no operand", args=["backtest", "AAA"])
        self.bad(2, "--seed", args=["backtest", "--data", "AAA", "--strategy", "momentum", "--seed", "many"])
        self.bad(2, "give one journal file", args=["journal", "verify"])

    def test_half_a_verb_tells_the_other_halves(self):
        self.assertIn("fulmar journal replay", self.good("journal", "--help").stdout)
        self.bad(2, "fulmar data import", args=["data"])

    def test_a_run_without_orders_says_why(self):
        call = [*self.backtest()]
        self.assertNotIn("no order was sent", self.good(*call).stderr)
        self.assertIn("sets stops", self.good("backtest", "--data", "AAA", "--strategy", "buy_and_hold", "--sizing",
                                              "risk_to_stop").stderr)

    def test_orders_that_the_venue_refuses_are_counted(self):
        said = self.good("backtest", "--data", "AAA", "--strategy", "buy_and_hold", "--venue", "fault_reject=1").stderr
        self.assertIn("599 of 600 orders were refused by the venue", said)

    def test_output_that_a_full_disk_refuses_is_a_failure(self):
        for call in (["--help"], ["--version"], ["data", "info"], [*self.backtest(), "--json"]):
            with open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run([fulmar.PROGRAM, *call], stdout=full, stderr=subprocess.PIPE, text=True,
                                      cwd=self.dir, env=self.env, check=False)
            self.assertEqual(done.returncode, 1, call)
            self.assertIn("standard output", done.stderr)

    def test_what_is_not_there_is_named(self):
        self.bad(1, "nofile.csv", "No such file", args=["data", "import", "nofile.csv"])
        self.bad(1, "'NOPE'", args=["backtest", "--data", "NOPE", "--strategy", "momentum"])
        self.bad(2, "none.yaml", args=["backtest", "--config", "none.yaml"])
        self.bad(1, "nofile", args=["journal", "verify", "nofile"])
        self.bad(1, "not a journal", args=["journal", "replay", "AAA.csv"])
        self.bad(1, "no market data in this range",
                 args=["backtest", "--data", "AAA", "--strategy", "momentum", "--from", "2040-01-01"])

    def test_a_parameter_out_of_its_range_is_named_with_the_range(self):
        self.bad(2, "fast", "10000", args=["backtest", "--data", "AAA", "--strategy", "sma_cross:fast=20000"])
        self.bad(2, "fast", "slow", args=["backtest", "--data", "AAA", "--strategy", "sma_cross:fast=60,slow=50"])
        self.bad(2, "capital", args=["backtest", "--data", "AAA", "--strategy", "momentum", "--capital", "-5"])
        self.bad(2, "from", args=["backtest", "--data", "AAA", "--strategy", "momentum", "--from", "yesterday"])

    def test_a_faulty_configuration_is_told_in_one_line_with_the_way_out(self):
        tail = "strategies:\n- strategy: momentum\n"
        for text, said in (
                ("data: [AAA]\nstrategies:\n  - strategy: momentum\n    parms: [a=1]\n",
                 ":4: strategies[0]: there is no key 'parms'; did you mean params?"),
                ("fees: {colour: red}\n" + tail, ":1: fees: there is no key 'colour'; there are model, params"),
                ("data: [AAA]\n", ":1: the key 'strategies' is missing"),
                (tail + "- params: [a=1]\n", ":3: strategies[1]: the key 'strategy' is missing"),
                ("data: AAA\n" + tail, ":1: data: is a list, as in [a, b]"),
                ("strategies: momentum\n", ":1: strategies: is a list whose entries begin with '- strategy: '"),
                ("strategies: []\n", ":1: strategies: is a list of 0; it may have 1 to 1024 entries"),
                ("\nname: [a]\n" + tail, ":2: name: is one value, not a list"),
                ("fees: maker\n" + tail, ":1: fees: a mapping stands here, as in 'model: '"),
                ("strategies:\n- strategy: ''\n", ":2: strategies[0].strategy: is empty; it is a name"),
                ("seed: abc\n" + tail, ":1: seed: 'abc' is not a whole number from -9223372036854775808 to "
                                      "9223372036854775807"),
                ("instruments:\n- frame_s: 4294967296\n" + tail,
                 ":2: instruments[0].frame_s: '4294967296' is not a whole number from 0 to 4294967295"),
                ("name: x\n# y\nname: y\n" + tail, ":3: the key 'name' is there a second time"),
                ("data: [AAA\nstrategies: {\n", ":2: not YAML: did not find expected ',' or ']', while parsing a flow "
                                               "sequence that begins in line 1"),
                ("name: x\n\tdata: [AAA]\n", ":2: not YAML: a tab; YAML indents by spaces"),
                ("name: *nobody\n" + tail, ":1: not YAML: found undefined alias"),
                ("", ": there is no configuration in it; it needs at least strategies")):
            (self.dir / "faulty.yaml").write_text(text)
            done = self.bad(2, args=["backtest", "--config", "faulty.yaml"])
            self.assertEqual(done.stderr, f"fulmar backtest: faulty.yaml{said}\n")
        (self.dir / "faulty.yaml").write_bytes(b"name: x\ndata: [\xff]\n")
        self.bad(2, "faulty.yaml:2: not YAML: ", args=["backtest", "--config", "faulty.yaml"])

    def test_a_journal_is_never_overwritten(self):
        self.good(*self.backtest("--journal", "kept.journal"))
        before = (self.dir / "kept.journal").read_bytes()
        self.bad(1, "kept.journal", "never overwritten", args=self.backtest("--journal", "kept.journal"))
        self.assertEqual((self.dir / "kept.journal").read_bytes(), before)

    def test_outputs_that_cannot_be_written_fail_with_their_name(self):
        self.bad(1, "no/such/r.html", args=self.backtest("--report", "no/such/r.html"))
        done = self.call(*self.backtest("--csv", "AAA.csv"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("AAA.csv", done.stderr)


class Page(html.parser.HTMLParser):
    """Whether a page is whole and needs nothing from elsewhere."""

    VOID = ("meta", "br", "link", "input", "hr", "img", "path", "line", "rect", "circle", "polyline", "use", "col")

    def __init__(self):
        super().__init__()
        self.open, self.outside = [], []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("src", "href") and value and re.match(r"(https?:)?//", value):
                self.outside.append(value)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open and self.open[-1] == tag, (tag, self.open[-3:])
            self.open.pop()


class Journey(fulmar.Case):
    def test_from_import_to_replay(self):
        files = ["--journal", "run.journal", "--report", "run.html", "--csv", "tables", "--benchmark", "AAA"]
        report = self.json(*self.backtest(*files))
        self.assertEqual(float(report["difference"]), 0)
        trades = (self.dir / "tables" / "trades.csv").read_text().splitlines()
        self.assertGreater(len(trades), 50)
        page = (self.dir / "run.html").read_text()
        self.assertLess(len(page), 2 << 20)
        seen = Page()
        seen.feed(page)
        self.assertEqual((seen.open, seen.outside), ([], []))
        verified = self.json("journal", "verify", "run.journal")
        self.assertTrue(verified["whole"])
        replayed = self.json("journal", "replay", "run.journal")
        self.assertTrue(replayed["outputs_equal"])
        text = json.dumps(report)
        self.assertIn(replayed["state_hash"], text)
        self.assertIn(verified["digest"], text)
        fills = self.good("journal", "inspect", "run.journal", "--kind", "order_filled", "--limit", "0").stdout
        self.assertEqual(len(fills.splitlines()), verified["kinds"]["order_filled"])

    def test_a_run_by_options_is_the_run_by_its_recorded_configuration(self):
        first = self.json(*self.backtest("--journal", "words.journal"))
        yaml = self.good("journal", "inspect", "words.journal", "--description").stdout
        yaml = yaml.split("instruments:\n- series")[0]
        (self.dir / "words.yaml").write_text(yaml)
        second = self.json("backtest", "--config", "words.yaml")
        self.assertEqual(first["statistics"], second["statistics"])

    def test_exporting_and_importing_again_changes_nothing(self):
        text = self.good("data", "export", "AAA").stdout
        (self.dir / "again.csv").write_text(text)
        done = self.json("data", "import", "again.csv", "--symbol", "AAA", "--calendar", "24/7")
        self.assertEqual((done["rows_new"], done["rows_duplicate"], done["rows_conflict"]), (0, 600, 0))

    def test_real_stocks_through_splits(self):
        folder = fulmar.SHARED / "data" / "equity_daily" / "lean" / "equity" / "usa"
        if not (folder / "daily" / "aapl.zip").exists():
            self.skipTest("needs data/equity_daily/lean, which is absent")
        tape = ["--tape", "real"]
        self.good("data", "import", folder / "daily" / "aapl.zip", folder / "daily" / "spy.zip", *tape)
        report = self.json("backtest", "--data", "AAPL", "--data", "SPY", "--strategy", "sma_cross", *tape,
                           "--actions", f"AAPL={folder / 'factor_files' / 'aapl.csv'}", "--journal", "real.journal",
                           "--from", "2003-01-01", "--to", "2016-01-01")
        self.assertEqual(float(report["difference"]), 0)
        replayed = self.json("journal", "replay", "real.journal")
        self.assertTrue(replayed["outputs_equal"])
        # 2-for-1 in 2005, 7-for-1 in 2014; dividends from 2012 on.
        self.assertEqual(replayed["kinds"]["split"], 2)
        self.assertGreaterEqual(replayed["kinds"]["dividend"], 13)


if __name__ == "__main__":
    fulmar.tap.main()
