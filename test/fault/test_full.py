# SPDX-License-Identifier: Apache-2.0
"""A disk that is full from the n-th write on, and memory that is refused once: the program fails with words, and leaves
nothing that looks finished and is not."""
import os

import fulmar

OUTPUTS = ["r.html", "tables/trades.csv", "tables/equity.csv", "tables/orders.csv"]


class Refused(fulmar.Case):
    """The program without sanitizers, whose own allocator cannot be refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = fulmar.build("gcc-O3", *fulmar.GCC)
        cls.library = os.environ["FULMAR_REFUSE"]

    def refused(self, kind, n, *args):
        """Runs it with the n-th call refused. None when there is no n-th call."""
        env = {**self.env, "LD_PRELOAD": self.library, kind: str(n)}
        done = self.call(*args, program=self.program, env=env)
        if "refused\n" not in done.stderr:
            self.assertEqual(done.returncode, 0, done.stderr)
            return None
        done.stderr = done.stderr.replace("refused\n", "")
        return done

    def files(self):
        return sorted(str(path.relative_to(self.dir)) for path in self.dir.rglob("*") if path.is_file())


class Disk(Refused):
    def run_once(self, n):
        for name in [*OUTPUTS, "f.journal"]:
            (self.dir / name).unlink(missing_ok=True)
        return self.refused("FULMAR_FAIL_IO", n, *self.backtest(
            "--journal", "f.journal", "--report", "r.html", "--csv", "tables", "--json", strategies=["momentum"]))

    def test_a_backtest_on_a_disk_that_fills_up_leaves_only_whole_files(self):
        self.assertIsNone(self.run_once(10**9))
        whole = {name: (self.dir / name).read_bytes() for name in [*OUTPUTS, "f.journal"]}
        before, n = self.files(), 1
        while (done := self.run_once(n)) is not None:
            self.assertEqual(done.returncode in (0, 1), True, f"{n}: {done.returncode} {done.stderr}")
            if done.returncode == 1:
                self.assertRegex(done.stderr, r"cannot (open|write|sync|replace) \S+: No space left", n)
                self.assertEqual(done.stdout, "", n)
            for name in self.files():
                self.assertIn(name, before, n)
            for name in OUTPUTS:
                if (self.dir / name).exists():
                    self.assertEqual((self.dir / name).read_bytes(), whole[name], (n, name))
            self.look_at_journal(n, whole["f.journal"])
            n += 1
        self.assertGreater(n, 20)

    def look_at_journal(self, n, whole):
        path = self.dir / "f.journal"
        if not path.exists() or path.stat().st_size == 0:
            return
        self.assertEqual(path.read_bytes(), whole[:path.stat().st_size], n)
        verified = self.call("journal", "verify", "f.journal", "--json")
        if verified.returncode != 0:
            self.assertRegex(verified.stderr, "torn tail|too short|ends inside", n)

    def test_an_import_on_a_disk_that_fills_up_keeps_the_old_tape(self):
        more = list(fulmar.bars("AAA", 700, 1))
        (self.dir / "more.csv").write_text("\n".join([more[0], *more[601:]]) + "\n")
        call = ["data", "import", "more.csv", "--symbol", "AAA", "--calendar", "24/7"]
        n = 1
        while (done := self.refused("FULMAR_FAIL_IO", n, *call)) is not None and n < 200:
            self.assertIn(done.returncode, (0, 1), done.stderr)
            rows = self.json("data", "info", "AAA", "--verify")["rows"]
            self.assertIn(rows, (600, 700), n)
            n += 1
        self.assertEqual(self.json("data", "info", "AAA", "--verify")["rows"], 700)
        self.assertGreater(n, 3)


class Memory(Refused):
    def sweep(self, step, *args):
        """Refuses every allocation of the first 120, then every step-th."""
        n, failed = 1, 0
        while (done := self.refused("FULMAR_FAIL_ALLOC", n, *args)) is not None:
            self.assertIn(done.returncode, (0, 1, 2), f"allocation {n}: {done.stderr}")
            if done.returncode != 0:
                self.assertNotEqual(done.stderr.strip(), "", n)
                failed += 1
            n += 1 if n < 120 else step
        self.assertGreater(failed, 10)

    def test_listing_the_tape_survives_any_refused_allocation(self):
        self.sweep(3, "data", "info")

    # Without a journal: the first SHA-256 starts libcrypto, and OpenSSL 3.0 does not survive that without memory.
    def test_a_backtest_survives_any_refused_allocation(self):
        self.sweep(97, *self.backtest("--report", "m.html", "--json", strategies=["momentum"]))


if __name__ == "__main__":
    fulmar.tap.main()
