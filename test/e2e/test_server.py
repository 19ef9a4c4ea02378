# SPDX-License-Identifier: Apache-2.0
"""fulmar serve: every route of its description on a real server, who may call what, sessions, jobs and the stream."""
import json
import pathlib
import re
import signal
import socket
import subprocess
import time

import fulmar
import server as kit

STRATEGIES = [{"name": "sma_cross", "params": {"fast": 5, "slow": 20}}]
DATA = ["LOCAL/AAA/bar-1d"]
ROLES = ["public", "viewer", "trader", "admin"]
SAFE_HEADERS = ["X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Security-Policy",
                "X-Request-Id", "Cross-Origin-Opener-Policy", "Permissions-Policy", "Cache-Control"]


def filled(path):
    """A path whose parameters name nothing that is there."""
    numbers = {"job", "order", "user", "tenant", "key", "login", "instance"}
    words = {"venue": "NOWHERE", "symbol": "NOTHING", "kind": "bar-1d"}
    return re.sub(r"{(\w+)}", lambda m: "987654321" if m[1] in numbers else words.get(m[1], "nothing"), path)


class Server(fulmar.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = kit.Server(cls)
        cls.admin, cls.secret = cls.server.set_up()
        cls.spec = cls.server.good("GET", "/api/v1/openapi.json")
        cls.tokens = {"public": None, "admin": cls.step_up()}
        for role in ("viewer", "trader"):
            somebody = {"name": role, "role": role, "password": kit.PASSWORD}
            cls.server.good("POST", "/api/v1/users", somebody, cls.tokens["admin"])
            cls.tokens[role] = cls.server.log_in(role)

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        super().tearDownClass()
        assert status == 0, status

    @classmethod
    def step_up(cls):
        return cls.server.good("POST", "/api/v1/auth/step-up", {"proof": kit.totp(cls.secret, 1)}, cls.admin)["access"]

    def ask(self, method, path, body=None, role="admin", **more):
        return self.server.call(method, path, body, self.tokens[role], **more)

    def get(self, path, role="viewer", **more):
        return self.server.good("GET", path, token=self.tokens[role], **more)

    def operations(self):
        for path, methods in self.spec["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), path, operation

    def make_session(self, name, **more):
        body = {"name": name, "strategies": STRATEGIES, "data": DATA, "pace": 0, **more}
        return self.server.good("POST", "/api/v1/sessions", body, self.tokens["trader"])

    # Who may call what.

    def test_every_cell_of_roles_and_routes_is_as_described(self):
        cells = 0
        for method, path, operation in self.operations():
            least = ROLES.index(operation["x-roles"])
            for role in ROLES:
                if path.startswith("/api/v1/auth/factor") and method != "PUT" and ROLES.index(role) >= least:
                    continue  # it would take the caller's own factor, and the tokens with it
                answer = self.ask(method, filled(path), role=role, headers={"Content-Type": "application/json"})
                cells += 1
                where = f"{role} {method} {path}: {answer.status} {answer.body[:300]!r}"
                self.assertLess(answer.status, 500, where)
                if ROLES.index(role) < least:
                    self.assertEqual(answer.status, 401 if role == "public" else 403, where)
                elif least > 0 and not operation.get("x-step-up"):
                    self.assertNotIn(answer.status, (401, 403), where)
                if answer.status >= 400:
                    self.assertEqual(answer.headers["Content-Type"], "application/problem+json", where)
                    self.assertEqual(answer.json["status"], answer.status)
                    known = set(operation["responses"]) | {"405", "421"}
                    self.assertIn(str(answer.status), known, where)
                for header in SAFE_HEADERS:
                    self.assertIn(header, answer.headers, where)
        self.assertGreater(cells, 200)

    def test_missing_and_foreign_tokens_are_refused_alike(self):
        for token in ("x", "a.b.c", self.tokens["viewer"][:-2] + "xx", "fk_0_0"):
            answer = self.server.call("GET", "/api/v1/system", token=token)
            self.assertEqual(answer.status, 401, token)
            self.assertEqual(answer.json["code"], "unauthenticated")

    def test_methods_that_a_path_has_not_are_405_with_allow(self):
        for path in self.spec["paths"]:
            answer = self.ask("TRACE", filled(path))
            self.assertEqual(answer.status, 405, path)
            self.assertIn("OPTIONS", answer.headers["Allow"])
            self.assertEqual(self.ask("OPTIONS", filled(path)).status, 204, path)

    def test_a_page_of_another_site_may_not_do_anything(self):
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = self.ask("POST", "/api/v1/stream/ticket", headers=headers)
            self.assertEqual((answer.status, answer.json["code"]), (403, "foreign_origin"))
        own = f"http://127.0.0.1:{self.server.port}"
        self.assertEqual(self.ask("POST", "/api/v1/stream/ticket", headers={"Origin": own}).status, 201)
        answer = self.server.call("GET", "/health/live", headers={"Host": "evil.example"})
        self.assertEqual(answer.status, 421)

    # Strictness.

    def test_json_is_read_strictly(self):
        suite = fulmar.SHARED / "fixtures" / "payloads" / "JSONTestSuite"
        files = sorted(suite.rglob("[yni]_*.json"))
        if not files:
            self.skipTest(f"needs {suite}, which is absent")
        for file in files:
            raw = file.read_bytes()
            answer = self.ask("POST", "/api/v1/jobs/sweeps", raw=raw)
            self.assertEqual(answer.status, 400, f"{file.name}: {answer.body!r}")
            if file.name.startswith("n_"):
                self.assertEqual(answer.json["code"], "bad_json", file.name)
            # What the API does not take although the grammar does: no object or array, NUL in text, a member twice.
            takes = raw.strip()[:1] in (b"{", b"[") and b"u0000" not in raw and "duplicated" not in file.name
            if file.name.startswith("y_") and takes:
                self.assertEqual(answer.json["code"], "bad_request", f"{file.name}: {answer.body!r}")

    def test_hostile_text_is_no_reason_to_fail(self):
        folder = fulmar.SHARED / "fixtures" / "payloads"
        if not folder.is_dir():
            self.skipTest(f"needs {folder}, which is absent")
        texts = json.loads((folder / "blns.json").read_text())
        for name in ("xss.txt", "sqli.txt", "path-traversal.txt", "null-bytes.txt", "format-strings.txt"):
            texts += (folder / name).read_text(errors="replace").splitlines()
        for number, text in enumerate(texts[::9]):
            body = {"run": f"hostile-{number}", "title": text, "data": [text],
                    "strategies": [{"name": text, "params": {"fast": text}}]}
            for path, sent in (("/api/v1/jobs/backtests", body),
                               ("/api/v1/auth/setup", {"token": text, "name": text, "password": text}),
                               ("/api/v1/sessions", {"name": text, "strategies": STRATEGIES, "data": [text]}),
                               ("/api/v1/keys", {"name": text, "scopes": ["read"], "from": text})):
                answer = self.ask("POST", path, sent)
                self.assertLess(answer.status, 500, f"{path} {text!r}: {answer.body!r}")
                self.assertNotIn(b"<script", answer.body.lower())

    def test_what_is_no_json_is_not_echoed(self):
        for raw in (b'{"password": "nine" wrens}', b'{"password": "hush", "password": "wrens"}', b'{"a": wrens'):
            answer = self.ask("POST", "/api/v1/auth/login", raw=raw)
            self.assertEqual((answer.status, answer.json["code"]), (400, "bad_json"))
            for word in (b"near", b"wrens", b"hush"):
                self.assertNotIn(word, answer.body)

    def test_unknown_members_and_parameters_are_refused(self):
        answer = self.ask("POST", "/api/v1/auth/login", {"name": "root", "password": "x", "role": "admin"})
        self.assertEqual((answer.status, answer.json["errors"][0]["at"]), (400, "/role"))
        self.assertEqual(self.ask("GET", "/api/v1/runs?x=1").status, 400)
        self.assertEqual(self.ask("GET", "/api/v1/runs?limit=0").status, 400)
        self.assertEqual(self.ask("GET", "/api/v1/runs?limit=1001").status, 400)
        self.assertEqual(self.ask("GET", "/api/v1/runs?limit=5&limit=6").status, 400)
        plain = {"Content-Type": "text/plain"}
        self.assertEqual(self.ask("POST", "/api/v1/auth/login", raw=b"{}", headers=plain).status, 415)

    # What is read.

    def test_answers_have_a_tag_and_are_not_sent_twice(self):
        first = self.ask("GET", "/api/v1/strategies", role="viewer")
        again = self.ask("GET", "/api/v1/strategies", role="viewer", headers={"If-None-Match": first.headers["ETag"]})
        self.assertEqual((first.status, again.status, again.body), (200, 304, b""))
        head = self.ask("HEAD", "/api/v1/strategies", role="viewer")
        self.assertEqual((head.status, head.body), (200, b""))

    def test_bars_and_charts_are_those_of_the_tape(self):
        lines = (self.dir / "AAA.csv").read_text().splitlines()[1:]
        bars = self.get("/api/v1/series/LOCAL/AAA/bar-1d/bars?limit=1000")
        self.assertEqual(len(bars["close"]), len(lines))
        self.assertEqual([float(price) for price in bars["close"]], [float(line.split(",")[4]) for line in lines])
        part = self.get("/api/v1/series/LOCAL/AAA/bar-1d/bars?limit=10")
        rest = self.get(f"/api/v1/series/LOCAL/AAA/bar-1d/bars?limit=1000&from={part['next']}")
        self.assertEqual(part["open"] + rest["open"], bars["open"])
        chart = self.get("/api/v1/series/LOCAL/AAA/bar-1d/chart?points=7")
        self.assertLessEqual(len(chart["high"]), 7)
        self.assertEqual(max(map(float, chart["high"])), max(map(float, bars["high"])))
        self.assertEqual(sum(chart["rows"]), len(lines))

    def test_charts_of_all_time_are_refused(self):
        for span in ("from=1678-01-01&to=2262-01-01", "from=1678-01-01&to=1679-01-01", "from=2261-01-01&to=2262-01-01",
                     "from=1900-01-01&to=2100-01-01"):
            span = span.replace("-01&", "-01T00:00:00Z&") + "T00:00:00Z"
            answer = self.ask("GET", f"/api/v1/series/LOCAL/AAA/bar-1d/chart?{span}", role="viewer")
            self.assertEqual(answer.status, 422, f"{span}: {answer.body!r}")
        for points in (1, 2, 1000):
            chart = self.get("/api/v1/series/LOCAL/AAA/bar-1d/chart?from=1920-01-01T00:00:00Z&"
                             f"to=2019-01-01T00:00:00Z&points={points}")
            self.assertGreaterEqual(points, len(chart["open"]))

    def test_pages_go_through_everything_once(self):
        names, cursor = [], ""
        while cursor is not None:
            page = self.get("/api/v1/series?limit=1" + (f"&cursor={cursor}" if cursor else ""))
            names += [row["symbol"] for row in page["items"]]
            cursor = page["next"]
        self.assertEqual(names, ["AAA", "BBB", "CCC"])

    # Work.

    def test_a_backtest_becomes_a_run(self):
        token = self.tokens["trader"]
        body = {"run": "api-run", "strategies": STRATEGIES, "data": DATA, "fee": "maker_taker:maker=5,taker=10"}
        key = {"Idempotency-Key": "one"}
        job = self.server.good("POST", "/api/v1/jobs/backtests", body, token, headers=key)
        again = self.server.call("POST", "/api/v1/jobs/backtests", body, token, headers=key)
        self.assertEqual((again.status, again.json["job"]), (202, job["job"]))
        other = self.server.call("POST", "/api/v1/jobs/backtests", {**body, "run": "another"}, token, headers=key)
        self.assertEqual(other.status, 409)
        done = self.server.wait(f"/api/v1/jobs/{job['job']}", token,
                                lambda job: job["state"] not in ("waiting", "running"))
        self.assertEqual(done["state"], "done", done)
        run = self.get("/api/v1/runs/api-run")
        said = self.good("backtest", "--json", "--data", DATA[0], "--strategy", "sma_cross:fast=5,slow=20", "--fee",
                         "maker_taker:maker=5,taker=10")
        self.assertEqual(run["statistics"]["sharpe"], json.loads(said.stdout)["statistics"]["sharpe"])
        found = self.get(f"/api/v1/jobs/{job['job']}/result")
        self.assertEqual(found["statistics"]["sharpe"], run["statistics"]["sharpe"])
        self.assertIn("statistics", self.get("/api/v1/runs/api-run/report"))
        # The API's numbers are decimal, those of fulmar explain are as journals print them.
        for order in (1, 10):
            said = self.json("explain", "--run", "api-run", "--runs", self.server.told["runs"], "--order", f"{order:x}")
            self.assertEqual(self.get(f"/api/v1/runs/api-run/explain?order={order}"), said)
            self.assertEqual(said["order"]["id"], f"{order:x}")
        self.assertEqual(self.ask("GET", "/api/v1/runs/api-run/explain?order=99999").status, 404)
        page = self.ask("GET", "/api/v1/runs/api-run/report.html", role="viewer")
        self.assertIn("sandbox", page.headers["Content-Security-Policy"])
        table = self.ask("GET", "/api/v1/runs/api-run/tables/trades", role="viewer")
        self.assertTrue(table.body.startswith(b"strategy,"))
        tagged = self.server.good("PUT", "/api/v1/runs/api-run/tags", {"tags": ["good"]}, token)
        self.assertEqual(tagged["tags"], ["good"])
        self.assertEqual(self.ask("DELETE", "/api/v1/runs/api-run", role="trader").status, 204)
        self.assertEqual(self.ask("GET", "/api/v1/runs/api-run").status, 404)

    def test_a_tenant_sees_its_own_runs_alone(self):
        state = self.server.command[self.server.command.index("--state") + 1]
        subprocess.run([fulmar.PROGRAM, "user", "add", "far", "--role", "trader", "--tenant", "far", "--new-tenant",
                        "--password-stdin", "--state", state], env=self.env, input=kit.PASSWORD + "\n", text=True,
                       check=True, timeout=60, capture_output=True)
        self.get("/api/v1/runs")
        far = self.tokens["far"] = self.server.log_in("far")
        mine = self.tokens["trader"]
        end = time.monotonic() + 20
        while self.server.call("GET", "/api/v1/runs", token=far).status == 401 and time.monotonic() < end:
            time.sleep(0.05)  # until the server knows of the user that another process made
        ids = {}
        for token, fast in ((mine, 5), (far, 7)):
            strategies = [{"name": "sma_cross", "params": {"fast": fast, "slow": 20}}]
            body = {"run": "same", "strategies": strategies, "data": DATA}
            job = self.server.good("POST", "/api/v1/jobs/backtests", body, token)["job"]
            done = self.server.wait(f"/api/v1/jobs/{job}", token, lambda job: job["ended"])
            self.assertEqual(done["state"], "done", done)
            ids[token] = job
            self.assertEqual(self.server.call("POST", "/api/v1/jobs/backtests", body, token).status, 409)
        self.assertEqual(self.server.call("GET", f"/api/v1/jobs/{ids[mine]}", token=far).status, 404)
        runs = {token: self.server.good("GET", "/api/v1/runs/same", token=token) for token in (mine, far)}
        self.assertIn("fast=5", runs[mine]["strategies"][0])
        self.assertIn("fast=7", runs[far]["strategies"][0])
        self.assertEqual([run["name"] for run in self.server.good("GET", "/api/v1/runs", token=far)["items"]], ["same"])
        self.assertEqual(self.server.good("GET", "/api/v1/system", token=far)["runs"], 1)
        self.assertEqual(self.ask("DELETE", "/api/v1/runs/same", role="trader").status, 204)
        for path in ("", "/report", "/report.html", "/tables/trades", "/explain?order=1"):
            self.assertEqual(self.server.call("GET", f"/api/v1/runs/same{path}", token=mine).status, 404, path)
            self.assertEqual(self.server.call("GET", f"/api/v1/runs/same{path}", token=far).status, 200, path)
        self.assertEqual(self.ask("DELETE", "/api/v1/runs/same", role="far").status, 204)

    def test_a_sweep_gives_its_best(self):
        space = [{"param": "fast", "values": "3:9:2"}, {"param": "slow", "values": "20,40"}]
        body = {"strategy": "sma_cross", "space": space, "data": DATA}
        job = self.server.good("POST", "/api/v1/jobs/sweeps", body, self.tokens["trader"])
        done = self.server.wait(f"/api/v1/jobs/{job['job']}", self.tokens["trader"], lambda job: job["ended"])
        self.assertEqual(done["state"], "done")
        told = self.get(f"/api/v1/jobs/{job['job']}/result")
        self.assertEqual((told["trials"], told["points"], len(told["top"])), (8, 8, 8))
        best = [row["sharpe"] for row in told["top"]]
        self.assertEqual(best, sorted(best, reverse=True))

    def test_a_paper_session_trades_and_is_told_of(self):
        token = self.tokens["trader"]
        self.assertEqual(self.make_session("paper", paused=True)["state"], "paused")
        stream = kit.Stream(self.server, token)
        stream.send({"subscribe": "session/paper"})
        stream.send({"subscribe": "session/paper/events"})
        first = stream.until(lambda frame: frame["type"] == "snapshot")
        self.assertEqual(first["data"]["session"]["name"], "paper")
        self.server.good("POST", "/api/v1/sessions/paper/clock", {"action": "step", "steps": 200}, token)
        last = float(self.get("/api/v1/sessions/paper/quotes")["items"][0]["last"])
        order = {"symbol": "AAA", "side": "buy", "type": "limit", "qty": "3", "limit_price": f"{0.7 * last:.2f}"}
        key = {"Idempotency-Key": "mine-1"}
        placed = self.server.good("POST", "/api/v1/sessions/paper/orders", order, token, headers=key)
        self.assertEqual(placed["outcome"], "done")
        again = self.server.good("POST", "/api/v1/sessions/paper/orders", order, token, headers=key)
        self.assertEqual(again["order"], placed["order"])
        other = self.server.call("POST", "/api/v1/sessions/paper/orders", {**order, "qty": "4"}, token, headers=key)
        self.assertEqual(other.status, 409)
        live = self.get("/api/v1/sessions/paper/orders")["items"]
        self.assertIn(placed["order"], [row["order"] for row in live])
        event = stream.until(lambda frame: frame["channel"].endswith("/events") and
                             (frame["data"].get("kind"), frame["data"].get("order")) == ("submit", placed["order"]))
        self.assertEqual(event["data"]["qty"], "3")
        self.server.good("DELETE", f"/api/v1/sessions/paper/orders/{placed['order']}", token=token)
        self.server.good("POST", "/api/v1/sessions/paper/clock", {"action": "run"}, token)
        done = self.server.wait("/api/v1/sessions/paper", token, lambda session: session["state"] == "ended")
        self.assertEqual(done["progress"], 1)
        self.assertGreater(len(self.get("/api/v1/sessions/paper/fills")["items"]), 3)
        self.assertTrue(self.get("/api/v1/sessions/paper/explain?symbol=AAA"))
        killed = self.server.good("POST", "/api/v1/sessions/paper/kill", {"flatten": False}, token)
        self.assertEqual(killed["outcome"], "done")
        self.assertEqual(self.get("/api/v1/sessions/paper/risk")["halted"], "operator")
        going_on = self.ask("POST", "/api/v1/sessions/paper/resume", {}, role="trader")
        self.assertEqual(going_on.status, 200)  # its login was a moment ago
        stream.close()
        self.assertEqual(self.ask("DELETE", "/api/v1/sessions/paper", role="trader").status, 204)

    def test_events_go_on_behind_a_number(self):
        token = self.tokens["trader"]
        self.make_session("numbered")
        self.server.wait("/api/v1/sessions/numbered", token, lambda session: session["state"] == "ended")
        stream = kit.Stream(self.server, token)
        stream.send({"subscribe": "session/numbered/events", "from": 0})
        seen = [stream.read()["seq"] for _ in range(20)]
        self.assertEqual(seen, list(range(seen[0], seen[0] + 20)))
        behind = kit.Stream(self.server, token)
        behind.send({"subscribe": "session/numbered/events", "from": seen[9]})
        self.assertEqual([behind.read()["seq"] for _ in range(10)], seen[10:])
        behind.close()
        stream.send({"nothing": 1})
        self.assertEqual(stream.until(lambda frame: False), 4400)
        stream.close()
        self.assertEqual(self.ask("DELETE", "/api/v1/sessions/numbered", role="trader").status, 204)

    def test_a_session_of_a_name_that_was_another_s_tells_nothing_of_that(self):
        token = self.tokens["trader"]
        stream = kit.Stream(self.server, token)
        self.make_session("twice")
        self.server.wait("/api/v1/sessions/twice", token, lambda session: session["state"] == "ended")
        stream.send({"subscribe": "session/twice"})
        first = stream.until(lambda frame: frame["type"] == "snapshot")
        self.assertEqual(first["data"]["session"]["state"], "ended")
        self.assertTrue(first["data"]["fills"])
        self.assertEqual(self.ask("DELETE", "/api/v1/sessions/twice", role="trader").status, 204)
        self.make_session("twice", paused=True)
        again = stream.until(lambda frame: frame["type"] == "snapshot")
        self.assertEqual((again["data"]["session"]["state"], again["data"]["fills"]), ("paused", []))
        stream.send({"subscribe": "session/twice"})
        last = stream.until(lambda frame: frame["type"] == "snapshot")
        self.assertEqual((last["data"]["session"]["state"], last["data"]["fills"]), ("paused", []))
        stream.close()
        self.assertEqual(self.ask("DELETE", "/api/v1/sessions/twice", role="trader").status, 204)

    # People.

    def test_what_is_sensitive_asks_for_a_step_up(self):
        steps = {operation["operationId"] for _, _, operation in self.operations() if operation.get("x-step-up")}
        self.assertLessEqual({"begin_factor", "confirm_factor", "end_logins", "resume_session", "make_key"}, steps)
        key = {"name": "trades", "scopes": ["read", "trade"], "from": "127.0.0.1"}
        key = self.server.good("POST", "/api/v1/keys", key, self.tokens["trader"])["text"]
        self.make_session("lifted", paused=True)
        path = "/api/v1/sessions/lifted/strategies/0/command"
        for body, status in (({"action": "pause"}, 200), ({"action": "resume"}, 200),
                             ({"action": "resume", "reason": 5}, 403)):
            self.assertEqual(self.server.call("POST", path, body, key).status, status, body)
        answer = self.ask("POST", path, {"action": "resume", "reason": 5}, role="trader")
        self.assertEqual(answer.status, 200)  # its login was a moment ago
        self.assertEqual(self.ask("DELETE", "/api/v1/sessions/lifted", role="trader").status, 204)

    def test_a_refresh_gives_new_tokens_and_a_logout_ends_them(self):
        answer = self.server.call("POST", "/api/v1/auth/login", {"name": "viewer", "password": kit.PASSWORD})
        cookie = answer.headers["Set-Cookie"]
        self.assertIn("HttpOnly", cookie)
        self.assertIn("SameSite=Strict", cookie)
        sent = {"Cookie": cookie.split(";")[0]}
        fresh = self.server.call("POST", "/api/v1/auth/refresh", headers=sent)
        self.assertEqual(fresh.status, 200, fresh.body)
        sent = {"Cookie": fresh.headers["Set-Cookie"].split(";")[0]}
        self.assertEqual(self.server.call("GET", "/api/v1/auth/me", token=fresh.json["access"]).json["name"], "viewer")
        self.assertEqual(self.server.call("POST", "/api/v1/auth/logout", headers=sent).status, 204)
        self.assertEqual(self.server.call("POST", "/api/v1/auth/refresh", headers=sent).status, 401)
        self.assertEqual(self.server.call("GET", "/api/v1/auth/me", token=fresh.json["access"]).status, 401)

    def test_what_was_done_stands_in_the_audit(self):
        self.ask("PUT", "/api/v1/runs/nothing/tags", {"tags": []}, role="trader")
        end = time.monotonic() + 10
        while time.monotonic() < end:
            rows = self.get("/api/v1/audit?limit=100&action=tag_run", role="admin")["items"]
            rows = [row for row in rows if row["object"] == "/api/v1/runs/nothing/tags"]
            if rows:
                break
            time.sleep(0.05)
        self.assertEqual(rows[0]["outcome"], "refused")
        self.assertTrue(self.get("/api/v1/audit/head", role="admin")["whole"])

    def test_a_key_may_what_its_scopes_say(self):
        made = self.server.good("POST", "/api/v1/keys", {"name": "reader", "scopes": ["read"]}, self.tokens["admin"])
        self.assertEqual(self.server.call("GET", "/api/v1/runs", token=made["text"]).status, 200)
        self.assertEqual(self.server.call("POST", "/api/v1/jobs/sweeps", {}, token=made["text"]).status, 403)
        self.assertEqual(self.server.call("GET", "/api/v1/keys", token=made["text"]).status, 403)
        stream = kit.Stream(self.server, made["text"])
        stream.send({"subscribe": "system"})
        self.assertEqual(stream.read()["channel"], "system")
        self.assertEqual(self.ask("DELETE", f"/api/v1/keys/{made['key']}").status, 204)
        self.assertEqual(stream.until(lambda frame: False), 4401)
        stream.close()
        self.assertEqual(self.server.call("GET", "/api/v1/runs", token=made["text"]).status, 401)


class Life(fulmar.Case):
    def test_sessions_are_there_again_after_a_kill(self):
        server = kit.Server(self, name="killed")
        admin, _ = server.set_up()
        body = {"name": "again", "strategies": STRATEGIES, "data": DATA, "pace": 0}
        server.good("POST", "/api/v1/sessions", body, admin)
        before = server.wait("/api/v1/sessions/again", admin,
                             lambda session: session["state"] == "ended" and session["state_hash"])
        server.stop(signal.SIGKILL)
        server.start()
        after = server.wait("/api/v1/sessions/again", admin, lambda session: session.get("state") == "ended")
        self.assertEqual((after["state_hash"], after["account"]), (before["state_hash"], before["account"]))
        idle = socket.create_connection(("127.0.0.1", server.port))
        self.assertEqual(server.stop(), 0)
        idle.close()

    def test_a_session_that_was_paused_stands_after_a_kill(self):
        server = kit.Server(self, name="stands")
        admin, _ = server.set_up()
        body = {"name": "slow", "strategies": STRATEGIES, "data": DATA, "pace": 1}
        server.good("POST", "/api/v1/sessions", body, admin)
        for action, state in (("pause", "paused"), ("run", "running")):
            server.good("POST", "/api/v1/sessions/slow/clock", {"action": action}, admin)
            server.stop(signal.SIGKILL)
            server.start()
            server.wait("/api/v1/sessions/slow", admin, lambda session: session.get("state") == state)
        server.stop()

    def test_a_key_places_one_order_of_one_person_after_a_kill_too(self):
        server = kit.Server(self, name="placed")
        admin, secret = server.set_up()
        server.good("POST", "/api/v1/users", {"name": "trader", "role": "trader", "password": kit.PASSWORD},
                    server.good("POST", "/api/v1/auth/step-up", {"proof": kit.totp(secret, 1)}, admin)["access"])
        trader = server.log_in("trader")
        body = {"name": "held", "strategies": STRATEGIES, "data": DATA, "pace": 0, "paused": True}
        server.good("POST", "/api/v1/sessions", body, trader)
        server.good("POST", "/api/v1/sessions/held/clock", {"action": "step", "steps": 200}, trader)
        last = float(server.good("GET", "/api/v1/sessions/held/quotes", token=trader)["items"][0]["last"])
        order = {"symbol": "AAA", "side": "buy", "type": "limit", "qty": "3", "limit_price": f"{0.7 * last:.2f}"}
        key, path = {"Idempotency-Key": "k" * 60}, "/api/v1/sessions/held/orders"
        placed = server.good("POST", path, order, trader, headers=key)
        other = server.good("POST", path, order, admin, headers=key)
        self.assertEqual((placed["outcome"], other["outcome"]), ("done", "done"))
        self.assertNotEqual(placed["order"], other["order"])
        server.stop(signal.SIGKILL)
        server.start()
        server.wait("/api/v1/sessions/held", trader, lambda session: session.get("state") == "paused")
        again = server.good("POST", path, order, trader, headers=key)
        self.assertEqual((again["outcome"], again["order"]), ("duplicate", placed["order"]))
        for change in ({"qty": "4"}, {"side": "sell"}, {"limit_price": "1.00"}, {"tif": "day"}):
            answer = server.call("POST", path, {**order, **change}, trader, headers={"Idempotency-Key": "k" * 60})
            self.assertEqual((answer.status, answer.json["code"]), (409, "key_reused"), change)
        server.stop(signal.SIGKILL)
        server.start()
        server.wait("/api/v1/sessions/held", trader, lambda session: session.get("state") == "paused")
        answer = server.call("POST", path, {**order, "qty": "4"}, trader, headers=key)
        self.assertEqual((answer.status, answer.json["code"]), (409, "key_reused"))
        server.stop()

    def test_a_job_ends_with_its_server(self):
        server = kit.Server(self, name="parent")
        admin, _ = server.set_up()
        space = [{"param": "fast", "values": "2:200"}, {"param": "slow", "values": "201:900"}]
        server.good("POST", "/api/v1/jobs/sweeps", {"strategy": "sma_cross", "space": space, "data": DATA}, admin)
        children = pathlib.Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
        end = time.monotonic() + 20
        while not (pids := children.read_text().split()) and time.monotonic() < end:
            time.sleep(0.02)
        self.assertEqual(len(pids), 1)
        server.stop(signal.SIGKILL)

        def lives():
            try:
                return pathlib.Path(f"/proc/{pids[0]}/stat").read_text().split()[2] != "Z"
            except (FileNotFoundError, ProcessLookupError):
                return False

        while lives() and time.monotonic() < end:
            time.sleep(0.02)
        self.assertFalse(lives())

    def test_an_address_that_others_reach_needs_tls(self):
        self.bad(2, "--tls-cert", args=["serve", "--bind", "0.0.0.0:0", "--state", self.dir / "state"])
        self.bad(2, "no IP address", args=["serve", "--bind", "nowhere:1", "--state", self.dir / "state"])

    def test_the_description_is_printed_without_a_server(self):
        spec = json.loads(self.good("serve", "--openapi").stdout)
        self.assertEqual(spec["openapi"], "3.1.0")
        self.assertGreater(len(spec["paths"]), 40)

    def test_limits_are_told_and_held(self):
        server = kit.Server(self, "--rate=read=5/1m", "--rate=run=3/1m", name="limited", fresh_rates=False)
        admin, _ = server.set_up()
        statuses = [server.call("GET", "/api/v1/runs", token=admin) for _ in range(7)]
        self.assertEqual([answer.status for answer in statuses], [200] * 5 + [429] * 2)
        self.assertEqual(statuses[0].headers["RateLimit-Limit"], "5")
        self.assertGreater(int(statuses[-1].headers["Retry-After"]), 0)
        reader = server.good("POST", "/api/v1/keys", {"name": "reader", "scopes": ["read"]}, admin)["text"]
        statuses = [server.call("POST", "/api/v1/jobs/sweeps", {}, reader).status for _ in range(5)]
        self.assertEqual(statuses, [403] * 3 + [429] * 2)  # who is refused is counted
        server.stop()


if __name__ == "__main__":
    fulmar.tap.main()
