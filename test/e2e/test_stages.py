# SPDX-License-Identifier: Apache-2.0
"""What stands around any strategy, as a user asks for it: gates, stops that the engine keeps, scaled sizes."""
import json

import fulmar

ONE = ["sma_cross:fast=5,slow=20"]
STAGES = ["--gate", "volatility:max=1", "--gate", "regime:extreme=false", "--stop", "chandelier:multiple=2",
          "--stop", "time:bars=15", "--scale", "drawdown_to=0.2"]


class Stages(fulmar.Case):
    def events(self, journal, kind):
        said = self.good("journal", "inspect", journal, "--kind", kind, "--limit", "0", "--json").stdout
        return json.loads(said)["events"]

    def test_a_run_with_every_stage_replays_and_its_report_adds_up(self):
        report = self.json(*self.backtest(*STAGES, "--journal", "all.journal"))
        self.assertEqual(float(report["difference"]), 0)
        self.assertTrue(self.json("journal", "replay", "all.journal")["outputs_equal"])
        self.assertTrue(self.events("all.journal", "replace"))

    def test_the_command_line_and_a_configuration_say_the_same(self):
        self.json(*self.backtest(*STAGES, "--journal", "line.journal", strategies=ONE))
        (self.dir / "run.yaml").write_text(
            "strategies:\n- strategy: sma_cross\n  params: [fast=5, slow=20]\n"
            "  gates: [\"volatility:max=1\", \"regime:extreme=false\"]\n"
            "  stops: [\"chandelier:multiple=2\", \"time:bars=15\"]\n  scale: [drawdown_to=0.2]\n", encoding="utf-8")
        words = ["backtest", *fulmar.COSTS, "--config", "run.yaml", "--journal", "file.journal"]
        for symbol in ("AAA", "BBB", "CCC"):
            words += ["--data", symbol]
        self.json(*words)
        line, file = (self.json("journal", "verify", f"{name}.journal") for name in ("line", "file"))
        self.assertEqual(line["kinds"], file["kinds"])

    def test_a_gate_s_refusal_is_an_event_and_is_explained(self):
        self.json(*self.backtest("--gate", "score:min=100", "--journal", "shut.journal", strategies=ONE))
        self.assertEqual(self.events("shut.journal", "submit"), [])
        said = self.good("journal", "inspect", "shut.journal", "--kind", "veto", "--limit", "0").stdout
        self.assertIn("gate_score", said)
        veto = self.events("shut.journal", "veto")[0]
        at = veto["ts"]
        told = self.good("explain", "--journal", "shut.journal", "--at", at, "--symbol", "AAA").stdout
        if "gate_score" not in told:  # the veto was another symbol's
            told = "".join(self.good("explain", "--journal", "shut.journal", "--at", at, "--symbol", symbol).stdout
                           for symbol in ("BBB", "CCC"))
        self.assertIn("gate_score", told)
        self.assertIn("against the limit 100", told)
        later = self.good("explain", "--journal", "shut.journal", "--at", "2016-06-01", "--symbol", "AAA").stdout
        self.assertRegex(later, "gate_score|a gate is still shut|nothing new|already held")

    def test_an_open_gate_and_a_scale_that_changes_nothing_leave_the_run_as_it_was(self):
        plain = self.json(*self.backtest(strategies=ONE))
        staged = self.json(*self.backtest("--gate", "volatility:min=0,max=100,window=2", "--scale", "drawdown_to=0",
                                          strategies=ONE))
        self.assertEqual(plain["statistics"]["end_equity"], staged["statistics"]["end_equity"])

    def test_what_is_wrong_is_told(self):
        for words, told in ((["--gate", "scor"], "did you mean score?"), (["--gate", "score:mn=3"], "did you mean"),
                            (["--gate", "score:min=101"], "100"),
                            (["--gate", "volatility:min=2"], "min is not above max"),
                            (["--gate", ":"], "not of the form"), (["--stop", "chandelir"], "did you mean chandelier?"),
                            (["--stop", "fixed:distance=2"], "0.99"), (["--scale", "drawdown=1"], "drawdown"),
                            (["--scale", "drawdown_to=0.1", "--scale", "drawdown_from=0.2"], "drawdown_from is less"),
                            (["--sizing", "risk_party"], "did you mean risk_parity?")):
            self.bad(2, told, args=self.backtest(*words, strategies=ONE))


if __name__ == "__main__":
    fulmar.tap.main()
