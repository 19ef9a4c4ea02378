# SPDX-License-Identifier: Apache-2.0
"""Strategies from shared objects: the example, built outside the tree, is its built-in twin; faulty ones are named."""
import json
import os
import shutil
import subprocess

import fulmar

SOURCE = fulmar.ROOT / "docs" / "examples" / "plugin"
CC = os.environ.get("CC", "cc").split()


class Plugins(fulmar.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As it is installed: the header alone, and the example somewhere else.
        (cls.dir / "include" / "fulmar").mkdir(parents=True)
        shutil.copy(fulmar.ROOT / "include" / "fulmar" / "strategy.h", cls.dir / "include" / "fulmar")
        shutil.copytree(SOURCE, cls.dir / "example")
        flags = "CFLAGS=-O2 -Wall -Wextra -Werror -pedantic"
        subprocess.run(["make", "-s", "-C", cls.dir / "example", f"INCLUDE={cls.dir}/include", flags],
                       check=True, timeout=120)

    def build(self, name, *edits):
        """The example with words replaced, as name.so."""
        text = (SOURCE / "cross.c").read_text()
        for before, after in edits:
            self.assertIn(before, text)
            text = text.replace(before, after)
        (self.dir / f"{name}.c").write_text(text)
        subprocess.run([*CC, "-std=gnu17", "-shared", "-fPIC", f"-I{self.dir}/include", "-o", self.dir / f"{name}.so",
                        self.dir / f"{name}.c"], check=True, timeout=120)
        return f"./{name}.so"

    def curve(self, strategy, *more):
        self.json(*self.backtest("--csv", "out", *more, strategies=[strategy]))
        name = strategy.split(":")[0]
        files = {path.name: path.read_text().replace(name, "X") for path in (self.dir / "out").iterdir()}
        # A plug-in's reasons are numbers; the built-in strategy has words for the same two.
        for code, word in (("reason 1", "above"), ("reason 2", "below")):
            files["signals.csv"] = files["signals.csv"].replace(f",{code},", f",{word},")
        shutil.rmtree(self.dir / "out")
        return files

    def test_the_example_is_its_built_in_twin(self):
        theirs = self.curve("example/cross.so:fast=5,slow=20,sides=both")
        ours = self.curve("sma_cross:fast=5,slow=20,sides=both")
        self.assertEqual(sorted(theirs), sorted(ours))
        for name, text in ours.items():
            self.assertEqual(theirs[name], text, name)
        self.assertGreater(ours["trades.csv"].count("\n"), 20)

    def test_a_run_with_it_replays(self):
        self.json(*self.backtest("--journal", "plugin.journal", strategies=["example/cross.so:fast=5,slow=20"]))
        self.assertTrue(self.json("journal", "replay", "plugin.journal")["outputs_equal"])

    def targets(self, *more):
        self.json(*self.backtest("--journal", "cut.journal", *more, strategies=["example/cross.so:fast=5,slow=20"]))
        shown = self.good("journal", "inspect", "cut.journal", "--kind", "target", "--limit", "0", "--json").stdout
        os.remove(self.dir / "cut.journal")
        return [{**event, "seq": 0} for event in json.loads(shown)["events"]]

    def test_its_decisions_do_not_depend_on_what_follows(self):
        whole, part = self.targets(), self.targets("--to", "2015-10-01")
        self.assertGreater(len(part), 20)
        self.assertGreater(len(whole), len(part))
        self.assertEqual(whole[:len(part)], part)

    def test_its_parameters_are_checked_like_any(self):
        for words, said in (("fsat=5", "did you mean"), ("fast=0", "fast"), ("fast=50,slow=20", "fast must be less")):
            done = self.call(*self.backtest(strategies=[f"example/cross.so:{words}"]))
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(said, done.stderr)

    def test_what_is_no_plugin_is_refused_with_a_reason(self):
        (self.dir / "text.so").write_text("no object\n")
        empty = self.dir / "empty.c"
        empty.write_text("int nothing;\n")
        subprocess.run([*CC, "-shared", "-fPIC", "-o", self.dir / "empty.so", empty], check=True, timeout=120)
        head = "    FULMAR_STRATEGY_HEAD,\n"
        rows = [
            ("./missing.so", "no such file"),
            ("./text.so", "text.so"),
            ("./empty.so", "exports no object fulmar_strategy"),
            (self.build("version", (head, head + "    .abi = 2,\n")), "version 2 of the contract"),
            (self.build("size", (head, head + "    .view_size = 8,\n")), "struct fulmar_view has 8 bytes"),
            (self.build("name", ('"cross"', '"Cross"')), "lower_snake_case"),
            (self.build("scope", ("FULMAR_INSTRUMENT,", "7,")), "scope is 7"),
            (self.build("undecided", (".decide = decide,", "/* none */")), "no decide()"),
            (self.build("default", (".def = 20", ".def = 0")), "fast"),
            (self.build("twice", ('"slow"', '"fast"')), "two parameters fast"),
            (self.build("type", ("FULMAR_ENUM", "9")), "type 9"),
            (self.build("input", ('"sma(close, $slow)"', '"smaa(close, $slow)"')), "smaa"),
            (self.build("state", (".scope =", ".state_size = 12, .scope =")), "multiples of 8"),
        ]
        for path, said in rows:
            done = self.call(*self.backtest(strategies=[path]))
            self.assertNotEqual(done.returncode, 0, path)
            self.assertIn(said, done.stderr, path)
            self.assertNotIn("ERROR: ", done.stderr, path)

    def test_an_answer_that_is_no_target_fails_the_run(self):
        for name, value in (("nan", "NAN"), ("large", "1.5")):
            path = self.build(name, ("fast > slow ? 1 :", f"fast > slow ? {value} :"))
            done = self.call(*self.backtest(strategies=[path]))
            self.assertEqual(done.returncode, 1)
            self.assertIn("weight", done.stderr)
            self.assertIn("no target", done.stderr)


if __name__ == "__main__":
    fulmar.tap.main()
