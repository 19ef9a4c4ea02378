# SPDX-License-Identifier: Apache-2.0
"""fulmar paper: a session in a terminal, its door, and what is left of it when it is killed."""
import json
import os
import random
import signal
import stat
import subprocess
import time

import fulmar

CONFIG = """\
data: [AAA, BBB]
capital: "100000"
strategies:
  - strategy: sma_cross
    params: [fast=5, slow=20]
  - strategy: momentum
venue: [allow_short=on]
risk: [price_band=off]
"""
KILLS = int(os.environ.get("FULMAR_KILLS", "5"))
PATIENCE = 60


class Paper(fulmar.Case):
    def setUp(self):
        (self.dir / "run.yaml").write_text(CONFIG)
        self.running = None

    def tearDown(self):
        if self.running is not None and self.running.poll() is None:
            self.running.kill()
            self.running.communicate()

    def start(self, folder, *more):
        self.running = subprocess.Popen([fulmar.PROGRAM, "paper", "--folder", folder, "--json", *more], cwd=self.dir,
                                        env=self.env, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        end = time.monotonic() + PATIENCE
        while not (self.dir / folder / "control").exists():
            self.assertIsNone(self.running.poll(), "it ended")
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        return self.running

    def end(self):
        out, err = self.running.communicate(timeout=PATIENCE)
        return out, err, self.running.returncode

    def send(self, folder, line, done=True):
        """Its answer; None where the session is not there (any more)."""
        said = self.call("paper", "--folder", folder, "--send", line, "--json")
        if said.stdout == "":
            return None
        if done is not None:
            self.assertEqual(said.returncode == 0, done, said.stdout + said.stderr)
        return json.loads(said.stdout)

    def test_a_session_gives_what_a_backtest_of_its_configuration_gives(self):
        done = self.good("paper", "--config", "run.yaml", "--folder", "same", "--json")
        paper = json.loads(done.stdout)
        self.assertIn("saved: ", done.stderr)
        backtest = self.json("backtest", "--config", self.dir / "same" / "run.yaml")
        for key in paper:
            self.assertEqual(paper[key], backtest[key], key)
        replayed = self.json("journal", "replay", self.dir / "same" / "journal.fj")
        self.assertIn(replayed["state_hash"], done.stderr)
        self.assertIn("- strategy: manual", (self.dir / "same" / "run.yaml").read_text())
        again = self.good("paper", "--folder", "same", "--json")  # it is over, and says the same
        self.assertEqual(json.loads(again.stdout), paper)
        self.assertIn("were run again", again.stderr)

    def test_a_paused_session_is_commanded_through_its_door(self):
        self.start("door", "--config", "run.yaml", "--paused")
        mode = (self.dir / "door" / "control").stat().st_mode
        self.assertTrue(stat.S_ISSOCK(mode))
        self.assertEqual(stat.S_IMODE(mode), 0o600)
        self.assertEqual(stat.S_IMODE((self.dir / "door").stat().st_mode), 0o700)
        self.walk("door", "2015-06-01")
        bought = self.send("door", "buy AAA 5 id=first")
        self.assertEqual(bought["outcome"], "done")
        self.assertEqual(self.send("door", "buy AAA 9 id=first")["outcome"], "duplicate")
        self.assertIn("decimals", self.send("door", "buy AAA 5 limit 1.00500001", done=False)["reason"])
        self.assertEqual(self.send("door", "cancel nothing", done=False)["outcome"], "not_found")
        self.assertEqual(self.send("door", "limit order_size.max_units=3")["outcome"], "done")
        large = self.send("door", "buy AAA 4", done=None)
        self.assertIn(large["outcome"], ("vetoed", "shrunk"))
        self.assertIn("order_size", large["reason"])
        self.assertEqual(self.send("door", "stop sma_cross")["outcome"], "done")
        self.assertEqual(self.send("door", "kill flatten")["outcome"], "done")
        self.assertEqual(self.send("door", "status")["trading"], "halted")
        self.send("door", "step 3")
        said = self.call("paper", "--folder", "door", "--send", "buy AAA")
        self.assertEqual(said.returncode, 1)
        self.bad(1, "door is open in another session", args=["paper", "--folder", "door"])
        self.running.send_signal(signal.SIGINT)
        _, err, status = self.end()
        self.assertEqual(status, 0, err)
        self.assertIn("it goes on with: fulmar paper --folder door", err)
        self.assertFalse((self.dir / "door" / "control").exists())
        self.bad(1, "no session runs in door", args=["paper", "--folder", "door", "--send", "status"])
        self.good("journal", "verify", self.dir / "door" / "journal.fj")

    def walk(self, folder, until):
        """Runs it until an instant; False where the session went away."""
        if self.send(folder, f"run until {until}") is None:
            return False
        end = time.monotonic() + PATIENCE
        while True:
            status = self.send(folder, "status")
            if status is None:
                return False
            if status["state"] == "paused" and status["clock"] >= until:
                return True
            self.assertLess(time.monotonic(), end, status)
            time.sleep(0.005)

    SCRIPT = [(f"2015-{month:02}-10", line) for month, line in enumerate(
        ["buy AAA 5 id=a", "buy BBB 7 limit 20 id=b", "sell AAA 3 id=c", "cancel b", "buy AAA 2 limit 10 id=d",
         "replace d qty 3", "cancel d", "sell BBB 1 id=e", "stop momentum", "buy BBB 11 id=f"], 2)]

    def play(self, folder, at=0):
        """The script from a step on; the step at which the session went away, or None."""
        for number in range(at, len(self.SCRIPT)):
            until, line = self.SCRIPT[number]
            if not self.walk(folder, until):
                return number
            said = self.send(folder, line, done=None)
            if said is None:
                return number
            self.assertIn(said["outcome"], ("done", "duplicate", "too_late", "shrunk", "vetoed"), line)
        return None

    def finish(self, folder):
        self.send(folder, "run")
        out, err, status = self.end()
        self.assertEqual(status, 0, err)
        return out, self.json("journal", "replay", self.dir / folder / "journal.fj")

    def test_killed_again_and_again_it_loses_and_doubles_nothing(self):
        how = ["--paused", "--durability", "journal"]
        self.start("whole", "--config", "run.yaml", *how)
        self.assertIsNone(self.play("whole"))
        whole, whole_replay = self.finish("whole")

        dice = random.Random(int(os.environ.get("FULMAR_SEED", "4")))
        step, kills = 0, 0
        self.start("torn", "--config", "run.yaml", *how)
        while True:
            if kills < KILLS:
                kills += 1
                pid = self.running.pid
                killer = subprocess.Popen(["sh", "-c", f"sleep {dice.random() * 0.6:.3f}; kill -9 {pid}"])
                step = self.play("torn", step)
                killer.wait()
                self.running.communicate()
                step = len(self.SCRIPT) if step is None else step
                # A step that was answered is on the disk; the one before may be asked for again.
                step = max(0, step - 1)
                (self.dir / "torn" / "control").unlink(missing_ok=True)
                self.start("torn", *how)
                continue
            self.assertIsNone(self.play("torn", step))
            break
        torn, torn_replay = self.finish("torn")
        self.assertEqual(torn_replay["state_hash"], whole_replay["state_hash"])
        torn, whole = json.loads(torn), json.loads(whole)
        for key in whole:
            self.assertEqual(torn[key], whole[key], key)

    def test_what_cannot_be_is_refused_with_its_reason(self):
        self.bad(2, "--pace", args=["paper", "--config", "run.yaml", "--pace", "fast"])
        self.bad(2, "--durability", args=["paper", "--config", "run.yaml", "--durability", "some"])
        self.bad(2, "needs a folder", args=["paper", "--config", "run.yaml", "--durability", "journal"])
        self.bad(2, "--send needs --folder", args=["paper", "--send", "kill"])
        self.good("paper", "--config", "run.yaml", "--folder", "other")
        (self.dir / "more.yaml").write_text(CONFIG.replace("slow=20", "slow=21"))
        self.bad(2, "another configuration", args=["paper", "--config", "more.yaml", "--folder", "other"])


if __name__ == "__main__":
    fulmar.tap.main()
