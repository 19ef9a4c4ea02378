# SPDX-License-Identifier: Apache-2.0
"""Several strategies in one account, as a user runs them: commands at their instants, limits, the journal."""
import json
from decimal import Decimal

import fulmar

TWO = ["sma_cross:fast=5,slow=20", "buy_and_hold"]


class Commands(fulmar.Case):
    def events(self, journal):
        lines = self.good("journal", "inspect", journal, "--limit", "0", "--json").stdout
        return json.loads(lines)["events"]

    def test_commands_are_journaled_applied_and_replayed(self):
        commands = ["2015-03-01 pause 1", "2015-05-01 resume sma_cross", "2015-06-01 drain 2",
                    "2015-08-01 start buy_and_hold", "2015-09-01 stop 1", "2015-10-01 limit drawdown.max_drawdown=0.9"]
        words = [word for command in commands for word in ("--command", command)]
        self.json(*self.backtest(*words, "--journal", "orders.journal", strategies=TWO))
        replayed = self.json("journal", "replay", "orders.journal")
        self.assertTrue(replayed["outputs_equal"])
        kinds = self.json("journal", "verify", "orders.journal")["kinds"]
        for kind in ("halt", "resume", "drain", "start", "stop", "set_limit"):
            self.assertEqual(kinds[kind], 1, kind)
        self.assertEqual(kinds["strategy"], 6)  # paused, resumed, draining, drained, started, stopped
        said = self.good("journal", "inspect", "orders.journal", "--kind", "strategy", "--limit", "0").stdout
        self.assertIn("mode=draining", said)
        for cause in ("drained", "paused", "resumed"):
            self.assertIn(f"cause={cause}", said)

    def test_a_parameter_that_no_input_depends_on_changes_and_another_one_is_refused(self):
        command = ["--command", "2015-06-01 set 1 sides=both"]
        self.json(*self.backtest(*command, "--journal", "set.journal", strategies=TWO))
        said = self.good("journal", "inspect", "set.journal", "--kind", "strategy").stdout
        self.assertIn("cause=param ", said)
        self.assertTrue(self.json("journal", "replay", "set.journal")["outputs_equal"])
        done = self.call(*self.backtest("--command", "2015-06-01 set 1 fast=7", strategies=TWO))
        self.assertIn("part of the inputs", done.stderr)
        self.assertEqual(done.returncode, 1)

    def test_netted_targets_leave_as_orders_of_the_account_and_replay(self):
        for policy in ("net", "priority", "veto", "strongest"):
            words = ["--netting", policy, "--risk", "position=off", "--journal", f"{policy}.journal"]
            report = self.json(*self.backtest(*words))
            self.assertEqual(float(report["difference"]), 0, policy)
            self.assertTrue(self.json("journal", "replay", f"{policy}.journal")["outputs_equal"], policy)
        said = self.good("journal", "inspect", "net.journal", "--kind", "allocation", "--limit", "0").stdout
        self.assertIn("side=sell", said)
        self.bad(2, "did you mean priority?", args=self.backtest("--netting", "priorty"))

    def test_a_breaker_ends_for_a_reason_and_a_kill_takes_everything_back(self):
        words = ["--risk", "drawdown.max_drawdown=0.02", "--journal", "kill.journal"]
        for command in ("2015-09-01 resume", "2015-09-02 resume reason=OPS-7", "2016-02-01 kill flatten"):
            words += ["--command", command]
        report = self.json(*self.backtest(*words, strategies=TWO))
        self.assertEqual(float(report["difference"]), 0)
        said = self.good("journal", "inspect", "kill.journal", "--kind", "resume", "--limit", "0").stdout
        self.assertIn("reason=OPS-7", said)
        said = self.good("journal", "inspect", "kill.journal", "--kind", "kill", "--limit", "0").stdout
        self.assertIn("policy=flatten", said)
        self.assertTrue(self.json("journal", "replay", "kill.journal")["outputs_equal"])
        self.bad(2, "1 to 8 letters", args=self.backtest("--command", "2015-09-01 resume reason=much-too-long"))
        self.bad(2, "TIME kill flatten", args=self.backtest("--command", "2015-09-01 kill everything"))

    def test_what_is_restricted_is_not_traded(self):
        words = ["--restricted", "AAA", "--journal", "restricted.journal"]
        self.json(*self.backtest(*words, strategies=TWO))
        events = self.events("restricted.journal")
        submits = [event for event in events if event["kind"] == "submit"]
        self.assertTrue(submits and all(event["instrument"] != "AAA" for event in submits))
        self.assertTrue(any(event["kind"] == "veto" for event in events))
        self.assertTrue(self.json("journal", "replay", "restricted.journal")["outputs_equal"])
        self.bad(2, "no_trade, no_short or no_buy", args=self.backtest("--restricted", "AAA=nothing"))
        self.bad(1, "no instrument 'ZZZ'", args=self.backtest("--restricted", "ZZZ"))

    def test_a_strategy_does_what_it_is_permitted(self):
        words = ["--permission", "1:long,market,BBB", "--venue", "allow_short=on", "--journal", "permitted.journal"]
        self.json(*self.backtest(*words, strategies=["sma_cross:fast=5,slow=20,sides=both", "buy_and_hold"]))
        said = self.good("journal", "inspect", "permitted.journal", "--kind", "veto", "--limit", "0").stdout
        self.assertIn("rule=permissions", said)
        self.assertTrue(self.json("journal", "replay", "permitted.journal")["outputs_equal"])
        self.bad(2, "nor is 'sideways' long, short", args=self.backtest("--permission", "1:sideways", strategies=TWO))
        self.bad(2, "by its number", args=self.backtest("--permission", "7:long", strategies=TWO))
        self.bad(2, "STRATEGY:WORD", args=self.backtest("--permission", "long", strategies=TWO))
        # Netted as well: what the first strategy wants of AAA is no part of any order.
        words += ["--netting", "net", "--journal", "netted.journal"]
        self.json(*self.backtest(*words, strategies=["sma_cross:fast=5,slow=20,sides=both", "buy_and_hold"]))
        events = self.events("netted.journal")
        mine = [event for event in events if event["kind"] == "allocation" and event["strategy"] == 0]
        self.assertTrue(all(event["instrument"] != "AAA" for event in mine))
        self.assertTrue(any(event["kind"] == "veto" and event["rule"] == "permissions" for event in events))
        self.assertTrue(self.json("journal", "replay", "netted.journal")["outputs_equal"])

    def test_every_rule_on_at_once_replays_to_the_same(self):
        rules = ["restricted", "session", "duplicate", "child_orders", "message_rate", "position", "position_count",
                 "gross_exposure", "net_exposure", "leverage", "buying_power", "pattern_day_trader", "self_trade",
                 "intraday_margin.from=19700101",
                 "concentration", "correlation", "var_limit.max_share=0.05", "es_limit.max_share=0.08",
                 "drawdown_scale", "anomaly", "confidence", "daily_loss", "drawdown", "fast_drawdown",
                 "consecutive_losses", "reject_storm", "fill_without_order", "slippage", "stale_data", "clock_skew",
                 "volatility_spike.slow=50"]
        words = [word for rule in rules for word in ("--risk", rule)]
        report = self.json(*self.backtest(*words, "--journal", "all.journal", strategies=TWO))
        self.assertEqual(float(report["difference"]), 0)
        self.assertTrue(self.json("journal", "replay", "all.journal")["outputs_equal"])

    def test_capital_moves_exactly_and_replays(self):
        for method in ("equal", "fixed", "inverse_volatility", "kelly", "performance", "regime", "risk_parity"):
            words = ["--allocation", f"{method}:every=5,band=0,least=20,window=60", "--journal", f"{method}.journal"]
            report = self.json(*self.backtest(*words, strategies=TWO))
            self.assertEqual(float(report["difference"]), 0, method)
            moves = {}
            for row in report["tables"]["budgets"]:
                moves.setdefault(row["time"], []).append(row)
            self.assertTrue(moves, method)
            for rows in moves.values():
                self.assertEqual(sum(Decimal(row["moved"]) for row in rows), 0, method)
            for table in ("attribution", "sectors", "signals"):
                gained = sum(Decimal(row["profit"]) for row in report["tables"][table])
                self.assertEqual(gained, Decimal(report["statistics"]["net_profit"]), (method, table))
            self.assertTrue(self.json("journal", "replay", f"{method}.journal")["outputs_equal"], method)
            words = ["--report", "replayed.html", "--csv", "replayed"]
            self.assertTrue(self.json("journal", "replay", f"{method}.journal", *words)["outputs_equal"])
        said = self.good("journal", "inspect", "equal.journal", "--kind", "budget", "--limit", "0").stdout
        self.assertIn("moved=", said)
        self.bad(2, "did you mean kelly?", args=self.backtest("--allocation", "kely"))
        self.bad(2, "floor is at most 0.5", args=self.backtest("--allocation", "equal:floor=0.6", strategies=TWO))

    def test_profit_is_told_by_sector_and_by_signal(self):
        words = ["--sector", "tech=AAA", "--journal", "sectors.journal"]
        report = self.json(*self.backtest(*words, strategies=TWO))
        sectors = {row["sector"]: row for row in report["tables"]["sectors"]}
        self.assertEqual(set(sectors), {"tech", "crypto"})
        mine = [row for row in report["tables"]["attribution"] if row["instrument"] == "AAA"]
        self.assertEqual(Decimal(sectors["tech"]["profit"]), sum(Decimal(row["profit"]) for row in mine))
        signals = {(row["strategy"].split()[0], row["signal"], row["side"]) for row in report["tables"]["signals"]}
        self.assertEqual(signals, {("sma_cross", "above", "long"), ("buy_and_hold", "hold", "long")})
        for column in ("fees", "slippage", "income", "profit"):
            sums = [sum(Decimal(row[column]) for row in report["tables"][table])
                    for table in ("attribution", "sectors", "signals")]
            self.assertEqual(sums[0], sums[1], column)
            self.assertEqual(sums[0], sums[2], column)
        self.good("journal", "replay", "sectors.journal", "--csv", "again")  # the configuration is in the journal
        self.assertIn("tech,1,", (self.dir / "again" / "sectors.csv").read_text())
        self.bad(2, "NAME=SYMBOL", args=self.backtest("--sector", "tech", strategies=TWO))
        self.bad(1, "no instrument 'ZZZ'", args=self.backtest("--sector", "tech=AAA,ZZZ", strategies=TWO))
        twice = self.backtest("--sector", "tech=AAA", "--sector", "b=AAA", strategies=TWO)
        self.bad(2, "of 'tech' already", args=twice)

    def test_a_faulty_command_names_what_would_be_right(self):
        for command, word in (("2015-06-01 dance 1", "TIME pause|resume"), ("soon pause 1", "not an instant"),
                              ("2015-06-01 pause 9", "by its number"), ("2015-06-01 pause momentun", "by its number"),
                              ("1999-01-01 pause 1", "not within the run's data"),
                              ("2015-06-01 set 1 sids=both", "did you mean"), ("2015-06-01 limit x.y=1", "RULE.NAME"),
                              ("2015-06-01 set 1 sides both", "too many words")):
            self.bad(2, word, args=self.backtest("--command", command, strategies=TWO))
        self.bad(2, "name one by its number", args=self.backtest("--command", "2015-06-01 pause sma_cross",
                                                                 strategies=[TWO[0], TWO[0]]))


if __name__ == "__main__":
    fulmar.tap.main()
