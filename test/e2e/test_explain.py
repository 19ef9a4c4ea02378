# SPDX-License-Identifier: Apache-2.0
"""Explanations of a run from its journal, held against the data, the journal's own lines and arithmetic done here."""
import json
import struct

import fulmar

SMA = "sma_cross:fast=5,slow=20"


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class Explain(fulmar.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        words = cls.backtest("--journal", "run.journal", strategies=[SMA, "volatility_breakout:stop_atr=2"])
        done = cls.call(*words, "--json")
        assert done.returncode == 0, done.stderr
        lines = [line.split(",") for line in fulmar.bars("AAA", 600, 1)][1:]
        cls.closes = {line[0]: float(line[4]) for line in lines}

    def events(self, kind, journal="run.journal"):
        done = self.good("journal", "inspect", journal, "--kind", kind, "--limit", "0", "--json")
        return json.loads(done.stdout)["events"]

    def explain(self, *words, journal="run.journal"):
        return self.json("explain", "--journal", journal, *words)

    def test_inputs_are_those_of_the_bars_until_the_instant(self):
        for day in ("2015-02-20", "2015-09-01", "2016-03-31"):
            told = self.explain("--at", day, "--symbol", "AAA", "--strategy", "sma_cross")
            (one,) = told["strategies"]
            # A bar of a day ends at the next midnight: the last one by this instant is that of the day before.
            until = [close for date, close in self.closes.items() if date < day]
            self.assertAlmostEqual(one["bar"]["close"], until[-1], places=9)
            self.assertEqual(one["bar"]["close_time"], f"{day}T00:00:00Z")
            self.assertAlmostEqual(one["inputs"]["sma(close, $fast)"], sum(until[-5:]) / 5, places=9)
            self.assertAlmostEqual(one["inputs"]["sma(close, $slow)"], sum(until[-20:]) / 20, places=9)
            wanted = one["inputs"]["sma(close, $fast)"] > one["inputs"]["sma(close, $slow)"]
            if one["target"]["kind"] == "set":
                self.assertEqual(one["target"]["weight"] > 0, wanted)

    def test_every_order_leads_back_to_the_input_that_caused_it(self):
        sent = self.events("submit")
        decided = 0
        self.assertGreater(len(sent), 30)
        for event in sent[:40]:
            told = self.explain("--order", event["order"])
            (one,) = told["strategies"]
            self.assertEqual(told["order"]["seq"], event["seq"])
            self.assertEqual(one["number"], event["strategy"] + 1)
            if one["seq"] != event["seq"]:
                continue
            decided += 1
            ids = [row["order"] for row in one["sent"] if row["kind"] == "submit"]
            self.assertIn(event["order"], ids)
            if event["purpose"] == "target":
                moved = int(one["sizing"]["qty"]) - int(one["sizing"]["held"])
                self.assertEqual(moved, event["qty"] * (1 if event["side"] == "buy" else -1))
                worth = one["sizing"]["fraction"] * float(one["sizing"]["equity"])
                self.assertEqual(int(abs(worth) / one["bar"]["close"]), abs(int(one["sizing"]["qty"])))
        self.assertGreater(decided, 10)

    def test_a_fill_leads_to_its_order_and_to_what_is_held_after_it(self):
        fill = self.events("order_filled")[0]
        told = self.explain("--fill", fill["trade"])
        self.assertEqual(told["order"]["id"], fill["order"])
        (one,) = told["strategies"]
        report = next(row for row in one["reports"] if row.get("fill") == fill["trade"])
        self.assertEqual(int(report["qty"]), fill["qty"])
        self.assertTrue(one["settled"])
        self.assertEqual(int(one["after"]["position"]), int(one["sizing"]["qty"]))
        budget = float(one["sizing"]["equity"])
        made = float(one["after"]["realised"]) + float(one["after"]["open"]) - float(one["after"]["fees"])
        self.assertAlmostEqual(float(one["after"]["equity"]), budget + made, places=6)

    def test_a_rule_that_refuses_is_named_with_its_limit(self):
        words = self.backtest("--journal", "tight.journal", "--risk", "order_size.max_units=10", strategies=[SMA])
        self.good(*words)
        veto = self.events("veto", "tight.journal")[0]
        self.assertEqual(veto["rule"], "order_size")
        symbol = ("AAA", "BBB", "CCC")[veto["instrument"]]
        at = ("--at", veto["ts"], "--symbol", symbol)
        (one,) = self.explain(*at, journal="tight.journal")["strategies"]
        self.assertEqual(one["blocked"][0]["rule"], "order_size")
        self.assertEqual(one["blocked"][0]["limit"], 10)
        self.assertEqual(one["sent"], [])
        rows = {row["rule"]: row for row in one["rules"]}
        self.assertEqual(rows["order_size"]["verdict"], "veto")
        self.assertEqual(rows["tick_lot"]["verdict"], "allow")
        said = self.good("explain", "--journal", "tight.journal", *at).stdout
        self.assertIn("blocked     by rule order_size", said)
        self.assertIn("refuses", said)

    def test_what_did_nothing_says_why(self):
        said = self.good("explain", "--journal", "run.journal", "--at", "2015-02-20", "--symbol", "AAA").stdout
        self.assertIn("strategy 1 sma_cross: decision 50", said)
        self.assertIn("strategy 2 volatility_breakout", said)
        self.assertIn("not defined yet", said)
        self.assertIn("what is held stays", said)

    def test_a_book_is_explained_too(self):
        self.import_session()
        maker = fulmar.BOOK_STRATEGIES[0]
        self.good("backtest", "--data", "XUSDT", "--strategy", maker, "--journal", "book.journal")
        event = self.events("submit", "book.journal")[3]
        (one,) = self.explain("--order", event["order"], journal="book.journal")["strategies"]
        self.assertEqual(one["seq"], event["seq"])
        self.assertLess(one["book"]["bid"], one["book"]["ask"])
        self.assertIn("book  ", self.good("explain", "--journal", "book.journal", "--order", event["order"]).stdout)

    def test_a_netted_order_leads_to_all_who_wanted_it_and_to_their_parts(self):
        words = ["--netting", "net", "--risk", "position=off", "--journal", "net.journal"]
        self.json(*self.backtest(*words, strategies=[SMA, "mean_reversion:sides=both", "buy_and_hold"]))
        of_account = [event for event in self.events("submit", "net.journal") if event["strategy"] == 3]
        self.assertGreater(len(of_account), 3)
        for event in of_account[:8]:
            told = self.explain("--order", event["order"], journal="net.journal")
            self.assertTrue(told["order"]["account"])
            taking = [one for one in told["strategies"] if any(row["order"] == event["order"] for row in one["sent"])]
            self.assertGreaterEqual(len(taking), 2)
            parts = [row for one in told["strategies"] for row in one["parts"] if row["order"] == event["order"]]
            signed = sum(int(row["qty"]) * (1 if row["side"] == "buy" else -1) for row in parts)
            self.assertEqual(abs(signed), event["qty"])
            for one in taking:
                self.assertTrue(one["settled"])
                self.assertTrue(any(row["account"] and row["rule"] == "order_size" for row in one["rules"]))
                self.assertEqual(int(one["after"]["position"]), int(one["sizing"]["qty"]))
                report = next(row for row in one["reports"] if row["kind"] == "order_filled")
                self.assertEqual(report["order"], event["order"])
        said = self.good("explain", "--journal", "net.journal", "--order", of_account[0]["order"]).stdout
        self.assertIn("an order of the account, of what the strategies below wanted together", said)
        self.assertIn("its part of a fill of", said)

    def test_a_child_leads_to_the_decision_that_started_its_parent(self):
        execution = ["--execution", "twap:duration=4d,slices=4", "--venue", "volume_share=0"]
        self.json(*self.backtest(*execution, "--journal", "algo.journal", strategies=[SMA]))
        algo = self.events("algo", "algo.journal")
        started = next(event for event in algo if event["what"] == "started")
        children = [event for event in algo if event["what"] == "child" and event["parent"] == started["parent"]]
        self.assertGreater(len(children), 2)
        told = self.explain("--order", children[-1]["order"], journal="algo.journal")
        self.assertEqual(told["order"]["parent"], started["parent"])
        (one,) = told["strategies"]
        self.assertEqual(one["seq"], started["seq"])
        self.assertEqual([row["what"] for row in one["execution"]], ["started", *["child"] * len(children), "ended"])
        sent = {row["order"] for row in one["sent"] if row["kind"] == "submit"}
        self.assertLessEqual({event["order"] for event in children}, sent)
        self.assertEqual(int(one["execution"][-1]["filled"]), started["qty"])
        self.assertIn("to be done by", self.good("explain", "--journal", "algo.journal", "--order",
                                                 children[-1]["order"]).stdout)
        # In the middle of the work the parent is named as what is at work.
        later = self.explain("--at", children[-1]["ts"], "--symbol", ("AAA", "BBB", "CCC")[started["instrument"]],
                             journal="algo.journal")
        self.assertEqual(later["strategies"][0]["at_work"]["parent"], started["parent"])

    def test_a_symbol_of_two_venues_is_asked_for_by_venue(self):
        self.good("data", "import", "AAA.csv", "--venue", "OTHER", "--calendar", "24/7", "--tape", "both")
        self.good("data", "import", "AAA.csv", "--calendar", "24/7", "--tape", "both")
        data = ["--data", "LOCAL/AAA", "--data", "OTHER/AAA", "--tape", "both"]
        self.good("backtest", *data, "--strategy", SMA, "--journal", "both.journal")
        asked = ["explain", "--journal", "both.journal", "--at", "2015-06-01", "--symbol"]
        self.bad(1, "2 venues", "LOCAL/AAA", args=[*asked, "AAA"])
        self.assertIn("AAA on OTHER", self.good(*asked, "OTHER/AAA").stdout)

    def test_a_halt_names_the_breaker_or_the_operator_and_since_when(self):
        self.good(*self.backtest("--journal", "halt.journal", "--risk", "drawdown.max_drawdown=0.02",
                                 "--command", "2015-02-10 drain 2", strategies=[SMA, "buy_and_hold"]))
        step = self.events("halted", "halt.journal")[0]
        told = self.explain("--at", "2016-06-01", "--symbol", "AAA", "--strategy", "1", journal="halt.journal")
        (one,) = told["strategies"]
        self.assertTrue(one["halted"])
        self.assertEqual((one["halt"]["by"], one["halt"]["since"]), ("drawdown", step["ts"]))
        self.assertEqual(one["halt"]["limit"], 0.02)
        (two,) = self.explain("--at", "2015-02-10", "--symbol", "AAA", "--strategy", "2",
                              journal="halt.journal")["strategies"]
        self.assertEqual([row["mode"] for row in two["modes"]][:1], ["draining"])
        self.good(*self.backtest("--journal", "pause.journal", "--command", "2015-02-10 halt", strategies=[SMA]))
        said = self.good("explain", "--journal", "pause.journal", "--at", "2015-06-01", "--symbol", "AAA").stdout
        self.assertIn("since 2015-02-10T00:00:00Z: an operator's halt", said)

    def test_a_faulty_question_is_told_what_would_be_right(self):
        run = ["explain", "--journal", "run.journal"]
        self.bad(1, "the run had not begun", "first event is at", args=[*run, "--at", "2010-01-01", "--symbol", "AAA"])
        self.bad(1, "no instrument 'AAB'", "did you mean", args=[*run, "--at", "2015-06-01", "--symbol", "AAB"])
        self.bad(1, "give --symbol", args=[*run, "--at", "2015-06-01"])
        self.bad(1, "there are: 1 sma_cross", args=[*run, "--at", "2015-06-01", "--symbol", "AAA", "--strategy", "x"])
        self.bad(2, "not an instant", args=[*run, "--at", "soon", "--symbol", "AAA"])
        self.bad(2, "one of --at TIME", args=[*run])
        self.bad(2, "one of --at TIME", args=[*run, "--at", "2015-06-01", "--order", "1"])
        self.bad(2, "go with --at", args=[*run, "--order", "1", "--symbol", "AAA"])
        self.bad(2, "is no id", args=[*run, "--order", "x7"])
        self.bad(1, "has no order", args=[*run, "--order", "ffffff"])
        self.bad(1, "has no fill", args=[*run, "--fill", "ffffff"])
        self.bad(2, "or --journal FILE", args=["explain", "--at", "2015-06-01"])
        self.bad(1, "missing.journal", args=["explain", "--journal", "missing.journal", "--at", "2015-06-01"])

    def test_a_torn_journal_is_explained_as_far_as_it_is_whole(self):
        whole = (self.dir / "run.journal").read_bytes()
        (self.dir / "torn.journal").write_bytes(whole[:-10])
        asked = ("--at", "2015-02-20", "--symbol", "AAA")
        told = self.explain(*asked, journal="torn.journal")
        self.assertTrue(told["torn"] or told["strategies"] == self.explain(*asked)["strategies"])
        late = self.explain("--at", "2030-01-01", "--symbol", "AAA", journal="torn.journal")
        self.assertTrue(late["torn"])
        self.assertFalse(self.explain("--at", "2030-01-01", "--symbol", "AAA")["torn"])

    def test_a_journal_without_a_configuration_explains_nothing(self):
        head = struct.pack("<8sIIQIIQQQQ", b"FULMARJ\n", 1, 0, 7, 0, 0, 0, 0, 0, 0)
        crc = crc32c(head)
        (self.dir / "bare.journal").write_bytes(head[:24] + struct.pack("<I", crc) + head[28:])
        self.bad(1, "records no configuration", args=["explain", "--journal", "bare.journal", "--at", "2015-06-01"])


if __name__ == "__main__":
    fulmar.tap.main()
