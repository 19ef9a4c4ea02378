# SPDX-License-Identifier: Apache-2.0
"""The past of sessions in a real server: what its database says is what its journals say, whatever was killed, down or
ended when, and no tenant sees another's. On SQLite, and on PostgreSQL as a user who owns nothing there."""
import os
import random
import signal
import sqlite3
import subprocess
import time
import urllib.parse

import cluster
import fulmar
import server as kit
import tap

DATA = ["LOCAL/AAA/bar-1d", "LOCAL/BBB/bar-1d"]
# They trade all the time: more fills than a session's view keeps.
STRATEGIES = [{"name": "sma_cross", "params": {"fast": fast, "slow": fast + 1}} for fast in (1, 2, 3, 4)]
TABLES = {"orders": "order_id", "fills": "event", "positions": "strategy, instrument", "equity": "hour_ns",
          "risk_events": "event", "strategies": "strategy"}
VIEW_FILLS = 256
KILLS = int(os.environ.get("FULMAR_KILLS", "5"))


class History(fulmar.Case):
    """One server for all of them; what a test makes there it ends."""

    @classmethod
    def fresh(cls):
        """The URL of a database with tables, for a server; and that of who may read all of it."""
        raise NotImplementedError

    @classmethod
    def rows(cls, url, query):
        raise NotImplementedError

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url, cls.all = cls.fresh()
        cls.server = kit.Server(cls, "--db", cls.url)
        cls.admin, _ = cls.server.set_up()

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        states = cls.rows(cls.all, "SELECT DISTINCT state FROM trading_sessions")
        super().tearDownClass()
        assert status == 0, status
        assert states == [("stopped",)], states

    def make(self, server, name, token=None, **more):
        body = {"name": name, "strategies": STRATEGIES, "data": DATA, "pace": 0, **more}
        made = server.good("POST", "/api/v1/sessions", body, token or self.admin)
        self.addCleanup(server.call, "DELETE", f"/api/v1/sessions/{name}", token=token or self.admin)
        return made

    def pages(self, server, path, limit=100, token=None, **query):
        """All items of a list, page by page."""
        items, cursor = [], None
        while True:
            words = urllib.parse.urlencode({**query, "limit": limit, **({"cursor": cursor} if cursor else {})})
            page = server.good("GET", f"/api/v1/history{path and '/'}{path}?{words}", token=token or self.admin)
            self.assertLessEqual(len(page["items"]), limit)
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    def taken_in(self, server, stored, seq, seconds=60):
        """Until all of a journal is in the tables."""
        end = time.monotonic() + seconds
        while True:
            answer = server.call("GET", f"/api/v1/history/{stored}/fills?limit=1", token=self.admin)
            if answer.status == 200 and answer.json["seq"] >= seq:
                return answer.json
            self.assertIn(answer.status, (200, 404, 503), answer.body)
            self.assertLess(time.monotonic(), end, answer.body)
            time.sleep(0.05)

    def metrics(self, server):
        lines = server.call("GET", "/metrics", token=self.admin).body.decode().splitlines()
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}

    def ended(self, server, name):
        return server.wait(f"/api/v1/sessions/{name}", self.admin,
                           lambda session: session.get("state") == "ended" and session["durable"])

    def dump(self, url, name):
        return {table: self.rows(url, f"SELECT t.* FROM {table} t JOIN trading_sessions s ON s.id = t.session_id "
                                      f"WHERE s.name = '{name}' ORDER BY {order}") for table, order in TABLES.items()}

    def assert_is_the_journals(self, name):
        """The rows are those that a rebuild makes, and the database says so itself."""
        before = self.dump(self.all, name)
        self.assertGreater(len(before["fills"]), 0)
        journal = self.rows(self.all, f"SELECT journal FROM trading_sessions WHERE name = '{name}'")[0][0]
        self.good("db", "rebuild", "--url", self.all, "--journal", journal, "--session", name)
        self.assertEqual(self.dump(self.all, name), before)
        self.assertTrue(self.json("db", "verify", "--url", self.all)["good"])
        return before

    def test_the_whole_past_is_there_page_by_page(self):
        server = self.server
        self.make(server, "long")
        done = self.ended(server, "long")
        self.taken_in(server, "long", done["seq"])
        fills = self.pages(server, "long/fills")
        self.assertGreater(len(fills), VIEW_FILLS)
        self.assertEqual(len(fills), done["counts"]["fills"])
        latest = server.good("GET", "/api/v1/sessions/long/fills", token=self.admin)["items"]
        self.assertEqual(len(latest), VIEW_FILLS)
        self.assertEqual([row["order"] for row in fills[:VIEW_FILLS]], [row["order"] for row in latest])
        self.assertEqual(self.pages(server, "long/fills", limit=7), fills)
        one = fills[20]
        self.assertEqual(self.pages(server, "long/fills", order=one["order"]),
                         [row for row in fills if row["order"] == one["order"]])
        for query, wanted in (({"symbol": "AAA"}, lambda row: row["instrument"] == "LOCAL/AAA"),
                              ({"instance": 2}, lambda row: row["instance"] == 2),
                              ({"from": one["time"]}, lambda row: row["time"] >= one["time"]),
                              ({"until": one["time"]}, lambda row: row["time"] < one["time"])):
            expected = [row for row in fills if wanted(row)]
            self.assertTrue(0 < len(expected) < len(fills), query)
            self.assertEqual(self.pages(server, "long/fills", **query), expected, query)

        orders = self.pages(server, "long/orders", limit=31)
        self.assertEqual(len({row["order"] for row in orders}), len(orders))
        self.assertEqual(sum(row["fills"] for row in orders), len(fills))
        self.assertEqual(self.pages(server, "long/orders", state="filled"),
                         [row for row in orders if row["state"] == "filled"])
        self.assertEqual(self.pages(server, "long/orders", live="true"), [row for row in orders if row["live"]])
        held = {(row["instance"], row["instrument"]): row["qty"] for row in self.pages(server, "long/positions")}
        live = server.good("GET", "/api/v1/sessions/long/positions?flat=true", token=self.admin)["items"]
        self.assertEqual(held, {(row["instance"], row["instrument"]): row["qty"] for row in live
                                if (row["instance"], row["instrument"]) in held})
        equity = self.pages(server, "long/equity", limit=50)
        self.assertEqual(equity, sorted(equity, key=lambda row: row["time"]))
        self.assertEqual(float(equity[-1]["equity"]), float(done["account"]["equity"]))
        self.assertGreater(len(equity), 500)
        server.good("POST", "/api/v1/sessions/long/kill", {}, self.admin)
        end = time.monotonic() + 30
        while not (kills := self.pages(server, "long/risk", rule="operator")) and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual([row["verdict"] for row in kills], ["kill"])
        self.assertEqual(server.call("GET", "/api/v1/history/none/fills", token=self.admin).status, 404)
        self.assertEqual(server.call("GET", "/api/v1/history/long/fills?cursor=AAAA", token=self.admin).status, 400)
        self.assert_is_the_journals("long")

    def test_killed_again_and_again_nothing_is_missing_or_doubled(self):
        server = self.server
        self.make(server, "hurt", pace=200_000)
        dice = random.Random(int(os.environ.get("FULMAR_SEED", "4")))
        for _ in range(KILLS):
            time.sleep(dice.random() * 0.6)
            server.stop(signal.SIGKILL)
            server.start()
        server.wait("/api/v1/sessions/hurt", self.admin, lambda session: session.get("phase") == "open")
        server.good("POST", "/api/v1/sessions/hurt/clock", {"action": "pace", "pace": 0}, self.admin)
        server.good("POST", "/api/v1/sessions/hurt/clock", {"action": "run"}, self.admin)
        done = self.ended(server, "hurt")
        self.taken_in(server, "hurt", done["seq"])
        before = self.assert_is_the_journals("hurt")
        self.assertEqual(len(before["fills"]), done["counts"]["fills"])

    def test_a_name_goes_on_to_the_next_session_and_the_past_stays(self):
        server = self.server
        stored = []
        for turn in range(2):
            made = self.make(server, "same", strategies=STRATEGIES[:turn + 1])
            self.ended(server, "same")
            server.call("DELETE", "/api/v1/sessions/same", token=self.admin)
            seconds = time.monotonic() + 30
            while time.monotonic() < seconds:
                stored = [row for row in self.pages(server, "") if row["name"].startswith("same")]
                if len(stored) == turn + 1 and all("." in row["name"] and row["ended"] for row in stored):
                    break
                time.sleep(0.05)
            self.assertEqual([row["made"] for row in stored][0], made["made"])
        self.assertEqual([row["state"] for row in stored], ["stopped"] * 2)
        names = [row["name"] for row in stored]
        for name in names:
            self.assertGreater(len(self.pages(server, f"{name}/fills")), 10)
        instances = [{row["instance"] for row in self.pages(server, f"{name}/orders")} for name in names]
        self.assertEqual([len(one) for one in instances], [2, 1])
        for name in names:
            self.assert_is_the_journals(name)

    def test_studies_are_told_of_after_their_server(self):
        server = self.server
        body = {"run": "kept", "strategies": STRATEGIES[1:2], "data": DATA}
        job = server.good("POST", "/api/v1/jobs/backtests", body, self.admin)["job"]
        server.wait(f"/api/v1/jobs/{job}", self.admin, lambda job: job["state"] == "done")
        space = [{"param": "fast", "values": "2:200"}, {"param": "slow", "values": "201:900"}]
        server.good("POST", "/api/v1/jobs/sweeps", {"strategy": "sma_cross", "space": space, "data": DATA}, self.admin)

        def studies(*states):
            return server.wait("/api/v1/studies", self.admin,
                               lambda page: tuple(row["state"] for row in page["items"]) == states)["items"]

        sweep, backtest = studies("running", "done")
        self.assertEqual((backtest["kind"], backtest["run"], backtest["story"]), ("backtest", "kept", None))
        self.assertIn("backtest", backtest["words"])
        self.assertTrue(backtest["asked"] <= backtest["began"] <= backtest["ended"])
        server.stop(signal.SIGKILL)
        server.start()
        after = studies("lost", "done")
        self.assertEqual(after[1], backtest)
        self.assertEqual(after[0]["name"], sweep["name"])
        done = server.good("GET", "/api/v1/studies?state=done", token=self.admin)["items"]
        self.assertEqual(done, [backtest])

    def test_no_byte_of_one_tenant_is_another_s(self):
        server = self.server
        state = server.command[server.command.index("--state") + 1]
        done = subprocess.run([fulmar.PROGRAM, "user", "add", "far", "--role", "trader", "--tenant", "far",
                               "--new-tenant", "--password-stdin", "--state", state, "--db", self.url], env=self.env,
                              input=kit.PASSWORD + "\n", text=True, timeout=60, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        far = server.log_in("far")
        end = time.monotonic() + 20
        while server.call("GET", "/api/v1/history", token=far).status == 401 and time.monotonic() < end:
            time.sleep(0.05)  # until the server knows of the user that another process made
        self.make(server, "mine")
        self.make(server, "theirs", token=far)
        self.ended(server, "mine")
        server.wait("/api/v1/sessions/theirs", far, lambda session: session.get("state") == "ended")
        for token, own, other in ((self.admin, "mine", "theirs"), (far, "theirs", "mine")):
            end = time.monotonic() + 30
            while own not in (names := [row["name"] for row in self.pages(server, "", token=token)]):
                self.assertLess(time.monotonic(), end)
                time.sleep(0.05)
            self.assertNotIn(other, names)
            if token == far:
                self.assertEqual(names, [own])
            for part in ("orders", "fills", "positions", "equity", "risk"):
                path = f"/api/v1/history/{{}}/{part}"
                self.assertEqual(server.call("GET", path.format(own), token=token).status, 200)
                self.assertEqual(server.call("GET", path.format(other), token=token).status, 404)

    def test_another_journal_is_refused_and_the_rows_stay(self):
        server = self.server
        self.make(server, "one")
        done = self.ended(server, "one")
        self.taken_in(server, "one", done["seq"])
        server.stop()
        before = self.dump(self.all, "one")
        self.change(self.all, "UPDATE projections SET digest = '0000000000000000' WHERE session_id = (SELECT id FROM "
                              "trading_sessions WHERE name = 'one')")
        found = self.call("db", "verify", "--url", self.all)
        self.assertEqual(found.returncode, 1)
        self.assertIn("are not those that were taken in: rebuild it", found.stdout)
        server.start()
        server.wait("/api/v1/sessions/one", self.admin, lambda session: session.get("phase") == "open")
        server.good("POST", "/api/v1/sessions/one/kill", {}, self.admin)
        time.sleep(0.5)
        self.assertEqual(self.dump(self.all, "one"), before)
        self.good("db", "rebuild", "--url", self.all)
        self.assertEqual(len(self.dump(self.all, "one")["fills"]), len(before["fills"]))
        self.assertTrue(self.json("db", "verify", "--url", self.all)["good"])


class Sqlite(History):
    @classmethod
    def fresh(cls):
        url = f"sqlite:{cls.dir}/history.db"
        return url, url

    @classmethod
    def connect(cls, url):
        return sqlite3.connect(url.removeprefix("sqlite:"))

    @classmethod
    def rows(cls, url, query):
        connection = cls.connect(url)
        found = [tuple(None if cell is None else str(cell) for cell in row) for row in connection.execute(query)]
        connection.close()
        return found

    def change(self, url, query):
        connection = self.connect(url)
        connection.execute(query)
        connection.commit()
        connection.close()

    def test_a_paper_session_of_the_command_line_is_taken_in_too(self):
        url = f"sqlite:{self.dir}/paper.db"
        self.good("db", "migrate", "--url", url)
        self.good("paper", *self.backtest(strategies=["sma_cross:fast=2,slow=3"])[1:], "--folder", "desk", "--db", url)
        rows = self.rows(url, "SELECT name, kind, state FROM trading_sessions")
        self.assertEqual(rows, [("desk", "paper", "stopped")])
        before = self.dump(url, "desk")
        self.assertGreater(len(before["fills"]), 10)
        self.good("db", "rebuild", "--url", url)
        self.assertEqual(self.dump(url, "desk"), before)
        self.bad(2, "--folder", args=["paper", *self.backtest()[1:], "--db", url])


class Postgres(History):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cluster.Cluster()
        cls.cluster.run("postgres", "CREATE ROLE owner LOGIN CREATEROLE NOSUPERUSER")
        cls.cluster.run("postgres", "CREATE ROLE fulmar LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS")
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.cluster.close()

    @classmethod
    def fresh(cls):
        cls.cluster.run("postgres", "CREATE DATABASE history OWNER owner")
        owner = cls.cluster.url("history", "owner")
        done = cls.call("db", "migrate", "--url", owner, "--grant", "fulmar")
        assert done.returncode == 0, done.stderr
        return cls.cluster.url("history", "fulmar"), owner

    @classmethod
    def rows(cls, url, query):
        return cls.cluster.rows(cluster.database_of(url), query)

    def change(self, url, query):
        self.cluster.run(cluster.database_of(url), query)

    def test_trading_goes_on_through_an_outage_and_is_caught_up(self):
        server = self.server
        self.make(server, "on", paused=True)
        server.good("POST", "/api/v1/sessions/on/clock", {"action": "step", "steps": 100}, self.admin)
        self.taken_in(server, "on", 50)
        self.cluster.stop()
        server.good("POST", "/api/v1/sessions/on/clock", {"action": "step", "steps": 100}, self.admin)
        last = float(server.good("GET", "/api/v1/sessions/on/quotes", token=self.admin)["items"][0]["last"])
        order = {"symbol": "AAA", "side": "buy", "type": "limit", "qty": "3", "limit_price": f"{0.7 * last:.2f}"}
        placed = server.good("POST", "/api/v1/sessions/on/orders", order, self.admin)
        killed = server.good("POST", "/api/v1/sessions/on/kill", {"flatten": False}, self.admin)
        self.assertEqual((placed["outcome"], killed["outcome"]), ("done", "done"))
        self.assertTrue(placed["durable"])
        self.assertGreaterEqual(self.metrics(server)["fulmar_store_sessions{state=\"waiting\"}"], 1)
        down = server.call("GET", "/api/v1/history/on/orders", token=self.admin)
        self.assertEqual((down.status, down.json["code"]), (503, "store_down"))
        self.make(server, "born", paused=False)  # a session that begins while it is down
        self.ended(server, "born")
        self.cluster.start()
        now = server.good("GET", "/api/v1/sessions/on", token=self.admin)["seq"]
        self.taken_in(server, "on", now)
        self.assertIn(placed["order"], [row["order"] for row in self.pages(server, "on/orders")])
        self.taken_in(server, "born", server.good("GET", "/api/v1/sessions/born", token=self.admin)["seq"])
        metrics = self.metrics(server)
        self.assertEqual([metrics[f'fulmar_store_sessions{{state="{state}"}}'] for state in
                          ("followed", "waiting", "stopped")], [2, 0, 0])
        records = 'fulmar_store_records{place="%s"}'
        self.assertEqual(metrics[records % "read"], metrics[records % "stored"])
        self.assertGreater(metrics[records % "stored"], 1000)
        self.assert_is_the_journals("on")
        self.assert_is_the_journals("born")

    def test_the_server_s_user_owns_nothing_and_is_above_nothing(self):
        server = self.server
        self.make(server, "held")
        self.ended(server, "held")
        found = self.rows(self.all, "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'history' AND "
                                    "application_name = 'fulmar' AND usename <> 'owner'")
        self.assertEqual(found, [("fulmar",)])
        flags = self.rows(self.all, "SELECT rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname LIKE "
                                    "'fulmar%'")
        self.assertEqual(flags, [("f", "f", "f")] * 4)
        owned = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner LIKE 'fulmar%'"
        self.assertEqual(self.rows(self.all, owned), [("0",)])
        # As its own self it may read nothing at all.
        done = subprocess.run(["psql", self.url, "-c", "SELECT * FROM public.fills"], capture_output=True, text=True,
                              check=False)
        self.assertIn("permission denied", done.stderr)
        self.cluster.run("postgres", "CREATE ROLE stranger LOGIN")
        self.bad(1, "docs/database.md", args=["user", "list", "--state", server.folder / "state", "--db",
                                              self.cluster.url("history", "stranger")])


del History

if __name__ == "__main__":
    tap.main()
