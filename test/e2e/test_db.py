# SPDX-License-Identifier: Apache-2.0
"""fulmar db: the tables of a real run against its report, backups, and what is refused. On SQLite and on PostgreSQL."""
import json
import sqlite3

import cluster
import fulmar
import tap

TABLES = {"orders": "order_id", "fills": "event", "positions": "strategy, instrument", "equity": "hour_ns",
          "risk_events": "event", "strategies": "strategy"}


class Database(fulmar.Case):
    """A run with its journal and its report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        done = cls.call(*cls.backtest("--journal", "trend.journal"), "--json")
        assert done.returncode == 0, done.stderr
        cls.report = json.loads(done.stdout)

    def fresh(self, name):
        """The URL of an empty database with its tables."""
        raise NotImplementedError

    def rows(self, url, query):
        raise NotImplementedError

    def dump(self, url):
        return {table: self.rows(url, f"SELECT * FROM {table} ORDER BY {order}") for table, order in TABLES.items()}


class Checks:
    """The tests of either database."""

    def taken_in(self, name):
        url = self.fresh(name)
        self.good("db", "migrate", "--url", url)
        self.good("db", "rebuild", "--journal", "trend.journal", "--url", url)
        return url

    def test_the_tables_are_the_reports_numbers_to_the_last_unit(self):
        url = self.taken_in("numbers")
        statistics, tables = self.report["statistics"], self.report["tables"]
        self.assertEqual(self.rows(url, "SELECT count(*) FROM fills"), [(str(statistics["fills"]),)])
        day = 86_400_000_000_000
        days = self.rows(url, f"SELECT equity, gross FROM equity WHERE ts_ns % {day} = 0 ORDER BY hour_ns")
        self.assertEqual(days[1:], [(row["equity"], row["gross"]) for row in tables["equity"]])
        self.assertEqual(len(days), 600)
        names = self.rows(url, "SELECT name FROM strategies ORDER BY strategy")
        self.assertEqual(names, [(row["strategy"],) for row in tables["strategies"]])
        self.assertEqual(self.rows(url, "SELECT count(*) FROM orders WHERE type = 'market'"),
                         [(str(next(row["sent"] for row in tables["order_types"] if row["type"] == "market")),)])
        held = self.rows(url, "SELECT symbol, qty FROM positions p JOIN session_instruments i ON "
                              "i.session_id = p.session_id AND i.instrument = p.instrument")
        for row in tables["instruments"]:
            total = sum(int(qty) for symbol, qty in held if symbol == row["instrument"])
            self.assertEqual(str(total), row["position"], row["instrument"])

    def test_a_rebuild_gives_the_same_rows(self):
        url = self.taken_in("rebuilt")
        before = self.dump(url)
        answer = self.json("db", "rebuild", "--url", url)
        self.assertEqual([one["session"] for one in answer["sessions"]], ["trend"])
        self.assertEqual(answer["sessions"][0]["fills"], self.report["statistics"]["fills"])
        self.assertEqual(self.dump(url), before)

    def test_a_backup_restored_is_the_same_database(self):
        url, other = self.taken_in("kept"), self.fresh("restored")
        backup = self.dir / f"{type(self).__name__}.backup"
        self.json("db", "backup", backup, "--url", url)
        self.assertEqual(backup.stat().st_mode & 0o777, 0o600)
        content = backup.read_bytes()
        self.bad(1, str(backup), args=["db", "backup", backup, "--url", url])
        self.bad(1, "--force", args=["db", "restore", backup, "--url", url])
        self.good("db", "restore", backup, "--url", other)
        self.assertEqual(self.dump(other), self.dump(url))
        self.assertTrue(self.json("db", "verify", "--url", other)["good"])
        self.good("db", "restore", backup, "--url", url, "--force")
        self.assertEqual(self.dump(other), self.dump(url))
        self.assertEqual(backup.read_bytes(), content)

    def test_verify_finds_what_the_journal_does_not_have(self):
        url = self.taken_in("verified")
        self.assertTrue(self.json("db", "verify", "--url", url)["good"])
        self.change(url, "UPDATE projections SET events = events + 1")
        done = self.call("db", "verify", "--url", url)
        self.assertEqual(done.returncode, 1)
        self.assertIn("rebuild it", done.stdout)
        self.good("db", "rebuild", "--url", url)
        self.assertTrue(self.json("db", "verify", "--url", url)["good"])

    def test_a_database_of_a_newer_program_is_refused(self):
        url = self.taken_in("newer")
        self.change(url, "INSERT INTO schema_migrations VALUES (999, 'later', 'x', '9', 1)")
        self.bad(1, "newer fulmar", args=["db", "migrate", "--url", url])
        self.bad(1, "newer fulmar", args=["db", "rebuild", "--url", url])

    def test_without_tables_the_remedy_is_named(self):
        url = self.fresh("empty")
        self.bad(1, "fulmar db migrate", args=["db", "rebuild", "--journal", "trend.journal", "--url", url])
        self.good("db", "migrate", "--url", url)
        self.bad(1, "no tenant 'nobody'",
                 args=["db", "rebuild", "--journal", "trend.journal", "--tenant", "nobody", "--url", url])


class Sqlite(Database, Checks):
    def fresh(self, name):
        (self.dir / f"{name}.db").unlink(missing_ok=True)
        return f"sqlite:{name}.db"

    def connect(self, url):
        return sqlite3.connect(self.dir / url.removeprefix("sqlite:"))

    def rows(self, url, query):
        connection = self.connect(url)
        connection.text_factory = str
        found = [tuple(None if cell is None else str(cell) for cell in row) for row in connection.execute(query)]
        connection.close()
        return found

    def change(self, url, query):
        connection = self.connect(url)
        connection.execute(query)
        connection.commit()
        connection.close()

    def test_what_is_no_backup_changes_nothing(self):
        url = self.taken_in("safe")
        before = self.dump(url)
        (self.dir / "none.db").write_bytes(b"no database at all\n" * 1000)
        sqlite3.connect(self.dir / "other.db").execute("CREATE TABLE x (y)").connection.close()
        self.bad(1, "none.db", args=["db", "restore", "none.db", "--force", "--url", url])
        self.bad(1, "no backup", args=["db", "restore", "other.db", "--force", "--url", url])
        self.bad(1, "not there", args=["db", "restore", "absent.db", "--force", "--url", url])
        self.assertEqual(self.dump(url), before)

    def test_the_default_is_a_file_of_the_users_own(self):
        env = {**self.env, "XDG_DATA_HOME": str(self.dir / "home")}
        env.pop("FULMAR_DB", None)
        self.good("db", "migrate", env=env)
        path = self.dir / "home" / "fulmar" / "fulmar.db"
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        env["FULMAR_DB"] = "sqlite:named.db"
        self.assertEqual(self.json("db", "migrate", env=env)["database"], "sqlite:named.db")
        self.bad(1, "sqlite:PATH", args=["db", "migrate", "--url", "named.db"])
        self.bad(2, "one file", args=["db", "backup"])


class Postgres(Database, Checks):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cluster.Cluster()
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        cls.cluster.close()
        super().tearDownClass()

    def fresh(self, name):
        self.cluster.run("postgres", f"CREATE DATABASE {name}")
        return self.cluster.url(name)

    def rows(self, url, query):
        return self.cluster.rows(cluster.database_of(url), query)

    def change(self, url, query):
        self.cluster.run(cluster.database_of(url), query)


if __name__ == "__main__":
    tap.main()
