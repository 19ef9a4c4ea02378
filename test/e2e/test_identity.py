# SPDX-License-Identifier: Apache-2.0
"""People and the audit from the command line: fulmar user, fulmar audit."""
import json
import os
import sqlite3
import stat
import subprocess

import fulmar

PASSWORD = "tulip-anvil-cobalt"


class Identity(fulmar.Case):
    def setUp(self):
        self.state = self.dir / self.id().rsplit(".", 1)[1]
        self.env["FULMAR_STATE"] = str(self.state)
        self.env.pop("FULMAR_DB", None)

    def typed(self, *args, password=PASSWORD):
        command = [fulmar.PROGRAM, "user", *args, "--password-stdin"]
        return subprocess.run(command, cwd=self.dir, env=self.env, text=True, capture_output=True, check=False,
                              input=password + "\n", timeout=60)

    def add(self, name, role, *more):
        done = self.typed("add", name, "--role", role, *more)
        self.assertEqual(done.returncode, 0, done.stderr)

    def users(self):
        return {user["name"]: user for user in self.json("user", "list")["users"]}

    def test_people_are_added_changed_and_shut_out(self):
        self.assertIn("no user yet", self.good("user", "list").stderr)
        self.add("Anna", "admin")
        self.add("tom", "trader", "--email", "tom@example.org", "--tenant", "desk-2", "--new-tenant")
        self.good("user", "role", "tom", "viewer")
        self.good("user", "disable", "tom")
        users = self.users()
        self.assertEqual([(name, user["role"], user["disabled"]) for name, user in users.items()],
                         [("anna", "admin", False), ("tom", "viewer", True)])
        self.assertNotEqual(users["anna"]["tenant"], users["tom"]["tenant"])
        self.good("user", "disable", "tom", "--undo")
        self.assertFalse(self.users()["tom"]["disabled"])
        self.assertEqual(self.typed("reset", "tom", "--forget-factor").returncode, 0)
        self.assertIn("tom", self.good("user", "list").stdout)

    def test_what_will_not_do_is_refused_in_words(self):
        self.add("anna", "admin")
        for password, word in (("short", "fewer"), ("password1234", "tried first"), ("annaanna1234", "name")):
            done = self.typed("add", "carl" if word != "name" else "anna2", password=password)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertNotIn(password, done.stderr)
        self.assertEqual(self.typed("add", "anna").returncode, 1)
        self.bad(2, "role", args=["user", "role", "anna", "root"])
        self.bad(1, "last admin", args=["user", "disable", "anna"])
        self.bad(1, "no user", args=["user", "role", "nobody", "viewer"])
        self.bad(2, "--password-stdin", args=["user", "add", "carl"])
        self.bad(2, "one name", args=["user", "add"])

    def test_secrets_are_its_owners_alone_and_not_in_the_database(self):
        self.add("anna", "admin")
        self.assertEqual(stat.S_IMODE(os.stat(self.state).st_mode), 0o700)
        for name in ("secrets", "fulmar.db"):
            self.assertEqual(stat.S_IMODE(os.stat(self.state / name).st_mode), 0o600, name)
        bytes_there = b"".join(path.read_bytes() for path in self.state.glob("fulmar.db*"))
        for line in (self.state / "secrets").read_text().splitlines():
            self.assertNotIn(line.split()[-1].encode(), bytes_there)
        self.assertNotIn(PASSWORD.encode(), bytes_there)
        os.chmod(self.state / "secrets", 0o644)
        self.bad(1, "chmod 600", args=["user", "list"])

    def test_the_audit_tells_and_what_is_changed_in_it_is_found(self):
        self.add("anna", "admin")
        self.add("tom", "trader")
        self.good("user", "role", "tom", "viewer")
        rows = [json.loads(line) for line in self.good("audit", "export").stdout.splitlines()]
        self.assertEqual([row["action"] for row in rows], ["tenant create", "user create", "user create", "user role"])
        self.assertEqual(rows[-1]["detail"], {"from": "trader", "to": "viewer"})
        head = self.json("audit", "verify")["tenants"][0]["head"]
        self.good("audit", "verify", "--tenant", "main", "--head", head)
        self.assertEqual(self.good("audit", "export", "--from", "2100-01-01").stdout, "")
        database = sqlite3.connect(self.state / "fulmar.db")
        with self.assertRaises(sqlite3.Error):
            database.execute("DELETE FROM audit")
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit SET actor = 'user:9' WHERE seq = 3")
        database.commit()
        database.close()
        done = self.call("audit", "verify")
        self.assertEqual(done.returncode, 1)
        self.assertIn("row 3", done.stderr)
        self.assertEqual(self.call("audit", "export").returncode, 1)
        self.bad(2, "--head", args=["audit", "verify", "--tenant", "main", "--head", "x"])


if __name__ == "__main__":
    fulmar.tap.main()
