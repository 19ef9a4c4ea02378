# SPDX-License-Identifier: Apache-2.0
"""The built program as a user's shell sees it: run it in a directory of its own, with data made here."""
import datetime
import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test" / "house"))
import tap  # noqa: E402, F401

PROGRAM = os.environ.get("FULMAR_PROGRAM", str(ROOT / "build" / "release" / "src" / "app" / "fulmar"))
SHARED = pathlib.Path(os.environ.get("FULMAR_SHARED", ROOT.parent / "shared"))

# Like a release, and with the instructions that tempt a compiler to fuse a multiplication and an addition.
CPU = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
GCC = ("gcc", ["-Doptimization=3", *(["-Dc_args=-march=x86-64-v3"] if " fma " in CPU and " avx2 " in CPU else [])])

STRATEGIES = [
    "sma_cross:fast=5,slow=20",
    "momentum",
    "mean_reversion",
    "volatility_breakout",
    "trend_frames",
    "cross_momentum",
    "buy_and_hold",
]
# Each on a feed of its own kind of market, set so that a minute is enough to know it and to trade.
BOOK_STRATEGIES = [
    "grid_maker:half_spread=0.0005,interval=0.0002,skew=0.00005,levels=3,qty=0.1,max_position=0.5",
    "avellaneda_stoikov:half_life=20s,depth=40,qty=0.1,max_position=0.5,horizon=10s",
    "gueant_lehalle:half_life=20s,depth=40,qty=0.1,max_position=0.5,levels=2",
    "ofi_taker:window=100ms,horizon=200ms,hold=200ms,half_life=20s,fee=0,threshold=-3,r2_min=0,qty=0.1",
]
COSTS = ["--fee", "maker_taker:maker=5,taker=10", "--slippage", "volume_share", "--venue", "allow_short=on"]


def build(name, compiler, options):
    """Builds the program alone with another compiler or other flags, beside the tested build; returns its path. Tests
    that run at the same time wait for each other."""
    root = pathlib.Path(os.environ["FULMAR_BUILD_ROOT"]) / "same-bytes" / name
    root.parent.mkdir(parents=True, exist_ok=True)
    ccache = [shutil.which("ccache")] if shutil.which("ccache") else []
    env = {**os.environ, "CC": " ".join([*ccache, compiler])}
    with open(f"{root}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        commands = [["ninja", "-C", root, "src/app/fulmar"]]
        if not (root / "build.ninja").exists():
            lean = ["-Dtests=false", "-Dbench=false", "-Ddebug=false"]
            commands.insert(0, ["meson", "setup", root, ROOT, *lean, *options])
        for command in commands:
            done = subprocess.run(command, env=env, text=True, capture_output=True, check=False)
            if done.returncode != 0:
                raise AssertionError(done.stdout[-4000:] + done.stderr[-4000:])
    return root / "src" / "app" / "fulmar"


def bars(symbol, days, seed):
    """CSV lines of a walk in cents, the same on every machine."""
    state, price, day = seed, 5000, datetime.date(2015, 1, 1)
    yield "date,open,high,low,close,volume"
    for _ in range(days):
        rolls = []
        for _ in range(4):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            rolls.append((state >> 33) % 1000)
        opened = max(200, price + (rolls[0] - 500) * price // 40000)
        price = max(200, opened + (rolls[1] - 490) * price // 15000)
        high, low = max(opened, price) + rolls[2] * price // 80000, min(opened, price) - rolls[3] * price // 80000
        cells = [f"{cents // 100}.{cents % 100:02}" for cents in (opened, high, low, price)]
        yield ",".join([day.isoformat(), *cells, str(10000 + 137 * rolls[0])])
        day += datetime.timedelta(days=1)


def session(symbol="XUSDT", start=1_700_000_000_000, state=9):
    """Lines of a recording: a picture, then a touch that walks, and trades at it. The same on every machine."""
    middle, stream = 30000, symbol.lower()
    yield start, {"lastUpdateId": 1, "E": start, "T": start,
                  "bids": [[f"{(middle - 1 - i) / 10:.1f}", "1.000"] for i in range(40)],
                  "asks": [[f"{(middle + 1 + i) / 10:.1f}", "1.000"] for i in range(40)]}
    update, trade = 1, 0
    for step in range(3000):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        roll, at = (state >> 33) % 1000, start + 20 * (step + 1)
        before, middle = middle, middle + (roll % 3) - 1
        bids = [[f"{(before - 1) / 10:.1f}", "0.000"]] if middle < before else []
        asks = [[f"{(before + 1) / 10:.1f}", "0.000"]] if middle > before else []
        bids.append([f"{(middle - 1) / 10:.1f}", f"{(1 + roll % 7) / 10:.3f}"])
        asks.append([f"{(middle + 1) / 10:.1f}", f"{(1 + roll % 5) / 10:.3f}"])
        yield at, {"stream": f"{stream}@depth",
                   "data": {"e": "depthUpdate", "E": at, "T": at, "s": symbol, "U": update + 1, "u": update + 1,
                            "pu": update, "b": bids, "a": asks}}
        update += 1
        if roll % 4 == 0:
            trade += 1
            price = middle + (1 if roll % 8 else -1) * (1 + roll % 30)
            yield at, {"stream": f"{stream}@trade",
                       "data": {"e": "trade", "E": at, "T": at, "s": symbol, "t": trade, "p": f"{price / 10:.1f}",
                                "q": "0.300", "X": "MARKET", "m": roll % 8 == 0}}


class Case(unittest.TestCase):
    """A test with a directory and a tape of three series in it."""

    @classmethod
    def setUpClass(cls):
        cls.dir = pathlib.Path(tempfile.mkdtemp(prefix="fulmar_e2e_"))
        cls.env = {**os.environ, "FULMAR_TAPE": str(cls.dir / "tape"), "LC_ALL": "C.UTF-8"}
        cls.env.pop("FULMAR_PROGRAM", None)
        for number, symbol in enumerate(("AAA", "BBB", "CCC")):
            path = cls.dir / f"{symbol}.csv"
            path.write_text("\n".join(bars(symbol, 600, number + 1)) + "\n")
        done = cls.call("data", "import", "AAA.csv", "BBB.csv", "CCC.csv", "--calendar", "24/7")
        assert done.returncode == 0, done.stderr

    @classmethod
    def import_session(cls, symbol="XUSDT", **more):
        """Imports session() as XUSDT, or another one."""
        lines = [f"{(at + 3) * 1_000_000} {json.dumps(message, separators=(',', ':'))}\n"
                 for at, message in session(symbol, **more)]
        (cls.dir / "session.txt").write_text("".join(lines))
        done = cls.call("data", "import", "session.txt", "--symbol", symbol)
        assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.dir)

    @classmethod
    def call(cls, *args, program=None, env=None, timeout=120):
        return subprocess.run([program or PROGRAM, *map(str, args)], cwd=cls.dir, env=env or cls.env, text=True,
                              capture_output=True, timeout=timeout, check=False, stdin=subprocess.DEVNULL)

    def good(self, *args, **more):
        """Runs it and expects success."""
        done = self.call(*args, **more)
        self.assertEqual(done.returncode, 0, f"{args}: {done.stderr}")
        return done

    def bad(self, status, *words, args):
        """Runs it and expects the exit status, the words on standard error, and nothing on standard output."""
        done = self.call(*args)
        self.assertEqual(done.returncode, status, f"{args}: {done.stderr}")
        self.assertEqual(done.stdout, "", args)
        for word in words:
            self.assertIn(word, done.stderr, args)
        return done

    def json(self, *args, **more):
        """Its standard output, which is one JSON object and nothing else."""
        value = json.loads(self.good(*args, "--json", **more).stdout)
        self.assertIsInstance(value, dict, args)
        return value

    @staticmethod
    def backtest(*more, strategies=STRATEGIES):
        words = ["backtest", *COSTS]
        for symbol in ("AAA", "BBB", "CCC"):
            words += ["--data", symbol]
        for strategy in strategies:
            words += ["--strategy", strategy]
        return [*words, *more]
