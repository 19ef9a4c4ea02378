# SPDX-License-Identifier: Apache-2.0
"""What a server does against those who mean no good: networks, bans, proxies, limits, the audit's seal, step-ups."""
import json
import re
import sqlite3
import subprocess
import time

import fulmar
import server as kit

AWAY = "203.0.113.7"


def fields_of_text(value, place=()):
    """Where texts stand in a value, as ways to them."""
    if isinstance(value, str):
        yield place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield from fields_of_text(item, (*place, name))


class Protection(fulmar.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = kit.Server(cls, "--proxy", "127.0.0.1", "--deny", "198.51.100.0/24", "--origin",
                                "https://desk.example", "--rate",
                                "stream_message=20/1m", "--rate", "upload=2/1m")
        cls.admin, cls.secret = cls.server.set_up()

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        super().tearDownClass()
        assert status == 0, status

    def ask(self, path="/api/v1/runs", address=AWAY, token=None, method="GET", body=None, **headers):
        headers = {"X-Forwarded-For": address, **headers}
        return self.server.call(method, path, body, token or self.admin, headers=headers)

    def test_denied_networks_get_nothing(self):
        for path in ("/api/v1/runs", "/", "/health/live", "/api/v1/openapi.json"):
            answer = self.ask(path, "198.51.100.9")
            self.assertEqual((answer.status, answer.json["code"]), (403, "denied_address"), path)
        self.assertEqual(self.ask(address="198.51.101.9").status, 200)
        # What stands left of the proxy's own word is the caller's claim.
        self.assertEqual(self.ask(address="127.0.0.1, 198.51.100.9").status, 403)
        self.assertEqual(self.ask(address="198.51.100.9, 203.0.113.1").status, 200)

    def test_who_guesses_is_banned_and_nobody_else(self):
        bad = "203.0.113.66"
        self.assertEqual(self.ask(address=bad).status, 200)
        for guess in range(25):
            self.assertEqual(self.ask(f"/api/v1/guess/{guess}", bad).status, 404)
            self.assertEqual(self.ask(address=bad, token=self.admin[:-4] + "AAAA").status, 401)
        self.assertEqual(self.ask("/api/v1/guess", bad).status, 404)
        answer = self.ask(address=bad)
        self.assertEqual((answer.status, answer.json["code"]), (429, "banned"))
        self.assertLessEqual(int(answer.headers["Retry-After"]), 301)
        self.assertEqual(self.ask("/health/live", bad).status, 429)
        self.assertEqual(self.ask(address="203.0.113.67").status, 200)
        for _ in range(60):  # this machine may be wrong as often as it likes
            self.server.call("GET", "/api/v1/guess", token=self.admin)
        self.assertEqual(self.server.call("GET", "/api/v1/runs", token=self.admin).status, 200)

    def test_a_proxy_says_whether_it_was_tls(self):
        body = {"name": "root", "password": kit.PASSWORD}
        for proto, name in (("https", "__Host-fulmar"), ("http", "fulmar")):
            answer = self.ask("/api/v1/auth/login", method="POST", body=body, **{"X-Forwarded-Proto": proto})
            self.assertEqual(answer.status, 200)
            cookie = answer.headers.get("Set-Cookie")
            if cookie:
                self.assertTrue(cookie.startswith(name + "="), cookie)
                self.assertEqual("Secure" in cookie, proto == "https")

    def test_messages_of_a_stream_are_counted(self):
        stream = kit.Stream(self.server, self.admin)
        for _ in range(25):
            stream.send({"unsubscribe": "jobs"})
        self.assertEqual(stream.until(lambda frame: False), 4429)
        stream.close()

    def test_large_bodies_are_counted_as_uploads(self):
        body = {"csv": "expiry,type,strike,bid,ask\n" + "2026-06-19,C,100,5,5.2\n" * 4000, "date": "2026-01-01"}
        statuses = [self.ask("/api/v1/options/chain", method="POST", body=body).status for _ in range(3)]
        self.assertEqual(statuses[2], 429, statuses)
        self.assertNotIn(429, statuses[:2])

    def test_a_limit_is_tightened_at_once_and_loosened_after_a_step_up(self):
        body = {"name": "limits", "strategies": [{"name": "buy_and_hold"}], "data": ["LOCAL/AAA/bar-1d"],
                "paused": True, "risk": ["order_size.max_units=1000"]}
        somebody = {"name": "trader", "role": "trader", "password": kit.PASSWORD}
        admin = self.server.good("POST", "/api/v1/auth/step-up", {"proof": kit.totp(self.secret, 1)}, self.admin)
        self.server.good("POST", "/api/v1/users", somebody, admin["access"])
        trader = self.server.log_in("trader")
        self.server.good("POST", "/api/v1/sessions", body, trader)
        rules = self.server.good("GET", "/api/v1/sessions/limits/risk", token=trader)["rules"]
        row = next(rule for rule in rules if rule["enabled"])
        name = next(param for param in row["params"] if param.startswith("max_"))
        key = {"name": "risky", "scopes": ["read", "risk"], "from": "127.0.0.0/8"}
        key = self.server.good("POST", "/api/v1/keys", key, trader)["text"]
        now = float(row["params"][name])
        path = "/api/v1/sessions/limits/risk/limits"
        for value, status in ((now / 2, 200), (now, 403), (now / 4, 200), (0, 403)):
            sent = {"rule": row["name"], "param": name, "value": f"{value:g}"}
            answer = self.server.call("PUT", path, sent, key)
            self.assertEqual(answer.status, status, f"{sent}: {answer.body!r}")
        sent = {"rule": row["name"], "param": name, "value": f"{now:g}"}
        self.assertEqual(self.server.call("PUT", path, sent, trader).status, 200)  # its login was a moment ago

    def test_hostile_text_in_every_field_of_text_is_refused_or_kept_as_text(self):
        folder = fulmar.SHARED / "fixtures" / "payloads"
        if not folder.is_dir():
            self.skipTest(f"needs {folder}, which is absent")
        texts = json.loads((folder / "blns.json").read_text())
        for name in ("xss.txt", "sqli.txt", "path-traversal.txt", "null-bytes.txt", "format-strings.txt"):
            texts += (folder / name).read_text(errors="replace").splitlines()
        spec = self.server.good("GET", "/api/v1/openapi.json")
        sent = 0
        for path, methods in spec["paths"].items():
            for method, operation in methods.items():
                body = operation.get("requestBody")
                if body is None or "/auth/" in path:  # those end the caller's own login
                    continue
                example = body["content"]["application/json"]["example"]
                few = operation["x-rate"] == "analysis"  # a child process each
                for place in fields_of_text(example):
                    for text in texts[sent % 97::len(texts) // (2 if few else 8)]:
                        whole = json.loads(json.dumps(example))
                        at = whole
                        for step in place[:-1]:
                            at = at[step]
                        at[place[-1]] = text
                        # 9 is nobody: a caller whose own row changes is logged out.
                        answer = self.server.call(method.upper(), re.sub(r"{\w+}", "9", path), whole, self.admin)
                        sent += 1
                        where = f"{method} {path} {place} {text!r}: {answer.status} {answer.body[:200]!r}"
                        self.assertTrue(answer.status < 500 or answer.status == 503, where)
                        self.assertNotIn(b"<script", answer.body.lower(), where)
        self.assertGreater(sent, 300)

    def test_no_other_site_may_read_or_write(self):
        for origin in ("https://evil.example", "null", f"http://127.0.0.1:{self.server.port}.evil.example"):
            answer = self.server.call("GET", "/api/v1/runs", token=self.admin, headers={"Origin": origin})
            self.assertNotIn("Access-Control-Allow-Origin", answer.headers)
            sent = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            answer = self.server.call("OPTIONS", "/api/v1/runs", headers=sent)
            self.assertNotIn("Access-Control-Allow-Origin", answer.headers)
        origin = "https://desk.example"
        answer = self.server.call("GET", "/api/v1/runs", token=self.admin, headers={"Origin": origin})
        self.assertEqual((answer.headers["Access-Control-Allow-Origin"], answer.headers["Vary"]), (origin, "Origin"))
        self.assertNotIn("Access-Control-Allow-Credentials", answer.headers)
        sent = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        answer = self.server.call("OPTIONS", "/api/v1/jobs/sweeps", headers=sent)
        self.assertIn("POST", answer.headers["Access-Control-Allow-Methods"])
        self.assertNotIn("DELETE", answer.headers["Access-Control-Allow-Methods"])


class Seal(fulmar.Case):
    def test_a_head_that_was_put_back_is_told(self):
        server = kit.Server(self, name="sealed")
        admin, _ = server.set_up()
        for number in range(4):
            server.call("PUT", f"/api/v1/runs/none-{number}/tags", {"tags": []}, admin)
        end = time.monotonic() + 10
        while server.good("GET", "/api/v1/audit/head", token=admin)["rows"] < 6 and time.monotonic() < end:
            time.sleep(0.05)
        self.assertTrue(server.good("GET", "/api/v1/audit/head", token=admin)["whole"])
        server.stop()
        state = server.command[server.command.index("--state") + 1]
        # Who has the database but not the secrets takes the end of the chain away, and makes the head fit.
        with sqlite3.connect(next(iter(sorted((self.dir / "sealed" / "state").glob("*.db"))))) as database:
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            self.assertIn("audit", tables, tables)
            for trigger, in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {trigger}")
            tenant, last = database.execute("SELECT tenant_id, max(seq) FROM audit GROUP BY tenant_id").fetchone()
            database.execute("DELETE FROM audit WHERE seq = ? AND tenant_id = ?", (last, tenant))
            digest, = database.execute("SELECT digest FROM audit WHERE seq = ? AND tenant_id = ?",
                                       (last - 1, tenant)).fetchone()
            database.execute("UPDATE audit_heads SET seq = ?, digest = ? WHERE tenant_id = ?",
                             (last - 1, digest, tenant))
        server.start()
        told = server.good("GET", "/api/v1/audit/head", token=admin)
        self.assertFalse(told["whole"], told)
        done = subprocess.run([fulmar.PROGRAM, "audit", "verify", "--state", state], env=self.env, text=True,
                              capture_output=True, timeout=60, check=False)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        server.stop()


if __name__ == "__main__":
    fulmar.tap.main()
