# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of the tests' own, on a socket in a folder of its own (test/postgres)."""
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

POSTGRES = pathlib.Path(__file__).resolve().parent.parent / "postgres"


class Cluster:
    """Skips the calling test where no server is installed."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fulmar_pg_"))
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen([POSTGRES, self.folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while self.sql("postgres", "SELECT 1").returncode != 0:
            if self.process.poll() is not None or time.monotonic() > end:
                missing = self.process.poll() == 77
                self.close()
                if missing:
                    raise unittest.SkipTest("needs a PostgreSQL server, which is not installed")
                raise AssertionError("the PostgreSQL server of the tests does not start")
            time.sleep(0.02)

    def stop(self):
        """At once, as if the machine went down."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder)

    def sql(self, database, query):
        return subprocess.run(["psql", "-h", self.folder, "-U", "postgres", "-d", database, "-XAtqF\t", "-P",
                               "null=\\N", "-v", "ON_ERROR_STOP=1", "-c", query],
                              capture_output=True, text=True, check=False)

    def run(self, database, query):
        done = self.sql(database, query)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, database, query):
        return [tuple(None if cell == "\\N" else cell for cell in line.split("\t"))
                for line in self.run(database, query).splitlines()]

    def url(self, database, user="postgres"):
        return f"postgresql:///{database}?host={self.folder}&user={user}"


def database_of(url):
    return url.removeprefix("postgresql:///").partition("?")[0]
