# SPDX-License-Identifier: Apache-2.0
"""A program that is stopped in the middle: interrupted, killed, or at the end of the space that it may use. What looks
finished is whole."""
import datetime
import json
import resource
import signal
import subprocess
import time

import fulmar

ROWS, FIRST = 250_000, 20_000


class Stopped(fulmar.Case):
    """Half a year of minutes, of which the tape holds the first two weeks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        start = datetime.datetime(2020, 1, 1)
        lines = ["time,open,high,low,close,volume"]
        for minute in range(ROWS):
            at = (start + datetime.timedelta(minutes=minute)).isoformat()
            lines.append(f"{at}Z,{100 + minute % 7},110,90,{100 + minute % 5},{minute % 11}")
        (cls.dir / "long.csv").write_text("\n".join(lines) + "\n")
        (cls.dir / "short.csv").write_text("\n".join(lines[:FIRST + 1]) + "\n")

    def take_in(self, name, symbol):
        return ["data", "import", f"{name}.csv", "--symbol", symbol, "--venue", "V", "--calendar", "24/7"]

    def series(self, symbol):
        return self.dir / "tape" / "V" / symbol / "bar-1m"

    def start(self, *args, **more):
        return subprocess.Popen([fulmar.PROGRAM, *args], cwd=self.dir, env=self.env, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def stop_once(self, process, number, is_there):
        """Sends the signal as soon as what is waited for is there; the exit status and standard error."""
        end = time.monotonic() + 60
        while not is_there() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.0005)
        process.send_signal(number)
        stderr = process.communicate(timeout=60)[1]
        return process.returncode, stderr

    def test_a_killed_import_leaves_the_old_tape_and_the_next_one_clears_up(self):
        self.good(*self.take_in("short", "OLD"))
        listed = {path.name for path in self.series("OLD").iterdir()}
        process = self.start(*self.take_in("long", "OLD"))
        status, _ = self.stop_once(process, signal.SIGKILL,
                                   lambda: len(list(self.series("OLD").glob("*.tape"))) > len(listed))
        self.assertEqual(status, -signal.SIGKILL)
        self.assertGreater({path.name for path in self.series("OLD").iterdir()}, listed)
        self.assertEqual(self.json("data", "info", "V/OLD", "--verify")["rows"], FIRST)
        self.good(*self.take_in("short", "OLD"))  # brings nothing new
        self.assertEqual({path.name for path in self.series("OLD").iterdir()}, listed)
        self.assertEqual(self.json(*self.take_in("long", "OLD"))["rows_new"], ROWS - FIRST)

    def test_a_killed_first_import_leaves_no_series_and_the_next_one_clears_up(self):
        process = self.start(*self.take_in("long", "NEW"))
        status, _ = self.stop_once(process, signal.SIGKILL, lambda: any(self.series("NEW").glob("*.tape")))
        self.assertEqual(status, -signal.SIGKILL)
        self.bad(1, "no series", args=["data", "info", "V/NEW"])
        self.good(*self.take_in("short", "NEW"))
        manifest = json.loads((self.series("NEW") / "manifest.json").read_text())
        names = {partition["file"] for partition in manifest["partitions"]}
        self.assertEqual({path.name for path in self.series("NEW").iterdir()}, {"manifest.json", *names})
        self.assertEqual(self.json("data", "info", "V/NEW", "--verify")["rows"], FIRST)

    def test_an_interrupted_export_leaves_what_was_there_before(self):
        self.good(*self.take_in("long", "OUT"))
        out = self.dir / "out"
        out.mkdir()
        for number in (signal.SIGINT, signal.SIGTERM):
            for before in (None, "the export of before\n"):
                if before is not None:
                    (out / "out.csv").write_text(before)
                process = self.start("data", "export", "V/OUT", "--output", "out/out.csv")
                status, stderr = self.stop_once(process, number, lambda: any(out.glob("*.tmp")))
                self.assertEqual(status, 1, stderr)
                self.assertIn("interrupted", stderr)
                left = {path.name: path.read_text() for path in out.iterdir()}
                self.assertEqual(left, {} if before is None else {"out.csv": before})
            (out / "out.csv").unlink()

    def test_an_export_without_room_leaves_what_was_there_before(self):
        out = self.dir / "room"
        out.mkdir()
        (out / "out.csv").write_text("the export of before\n")
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))  # noqa: E731
        process = self.start("data", "export", "AAA", "--output", "room/out.csv", preexec_fn=limit,
                             restore_signals=False)
        stderr = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 1, stderr)
        self.assertRegex(stderr, r"cannot write \S*room/out.csv: File too large")
        self.assertEqual({path.name: path.read_text() for path in out.iterdir()}, {"out.csv": "the export of before\n"})

    def test_an_export_follows_a_link_and_writes_into_a_device(self):
        text = self.good("data", "export", "AAA").stdout
        (self.dir / "named.csv").symlink_to("linked.csv")
        (self.dir / "linked.csv").write_text("")
        self.good("data", "export", "AAA", "--output", "named.csv")
        self.assertTrue((self.dir / "named.csv").is_symlink())
        self.assertEqual((self.dir / "linked.csv").read_text(), text)
        self.assertEqual(self.good("data", "export", "AAA", "--output", "/dev/stdout").stdout, text)
        self.bad(1, "cannot write /dev/full: No space left", args=["data", "export", "AAA", "--output", "/dev/full"])
        self.bad(1, "cannot create nowhere/x.csv: No such file",
                 args=["data", "export", "AAA", "--output", "nowhere/x.csv"])


if __name__ == "__main__":
    fulmar.tap.main()
