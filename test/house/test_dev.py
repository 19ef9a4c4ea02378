# SPDX-License-Identifier: Apache-2.0
"""./dev installs exactly what is missing, says so, and fails in words."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
DPKG_QUERY = """#!/bin/sh
for name in $MISSING; do [ "$name" != "$3" ] || exit 1; done
echo installed
"""
RECORD = '#!/bin/sh\necho "$(basename "$0") $*" >>"$CALLS"\n'
SUDO = RECORD + 'exec "$@"\n'
ID = '#!/bin/sh\necho "$USER_ID"\n'


class Front(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.bin = pathlib.Path(self.folder.name) / "bin"
        self.bin.mkdir()
        self.calls = pathlib.Path(self.folder.name) / "calls"
        self.calls.touch()
        clients = {"dpkg-query": DPKG_QUERY, "apt-get": RECORD, "sudo": SUDO, "id": ID}
        for name, text in clients.items():
            (self.bin / name).write_text(text, encoding="utf-8")
            (self.bin / name).chmod(0o755)

    def tearDown(self):
        self.folder.cleanup()

    def dev(self, *arguments, missing="", user_id=0, path=None):
        environment = {
            "PATH": path or f"{self.bin}:{os.environ['PATH']}",
            "CALLS": str(self.calls),
            "MISSING": missing,
            "USER_ID": str(user_id),
        }
        command = ["/bin/sh", ROOT / "dev", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def called(self):
        return self.calls.read_text().splitlines()

    def test_it_is_plain_sh(self):
        for name in ("dev", "tools/demo"):
            self.assertEqual((ROOT / name).read_text().split("\n")[0], "#!/bin/sh")
            run = subprocess.run(["/bin/sh", "-n", ROOT / name], capture_output=True, text=True, check=False)
            self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_with_nothing_missing_deps_calls_nobody(self):
        run = self.dev("deps")
        self.assertEqual((run.returncode, run.stderr, self.called()), (0, "", []))

    def test_deps_installs_what_is_missing_and_says_so(self):
        run = self.dev("deps", missing="meson libzstd-dev")
        self.assertEqual(run.returncode, 0)
        self.assertIn("installing meson libzstd-dev", run.stderr)
        update, install = self.called()
        self.assertEqual(update, "apt-get update -q")
        self.assertEqual(install, "apt-get install -q -y --no-install-recommends meson libzstd-dev")

    def test_only_an_ordinary_user_goes_through_sudo(self):
        self.dev("deps", missing="meson", user_id=1000)
        self.assertEqual([call.split()[0] for call in self.called()], ["sudo", "apt-get", "sudo", "apt-get"])

    def test_without_sudo_an_ordinary_user_is_told_what_to_run(self):
        only = pathlib.Path(self.folder.name) / "only"
        only.mkdir()
        for name in ("dirname", "env", "grep"):
            (only / name).symlink_to(shutil.which(name))
        for name in ("dpkg-query", "apt-get", "id"):
            (only / name).symlink_to(self.bin / name)
        run = self.dev("deps", missing="meson", user_id=1000, path=str(only))
        self.assertEqual((run.returncode, self.called()), (1, []))
        self.assertIn("as root: apt-get", run.stderr)

    def test_where_there_is_no_apt_the_packages_are_named(self):
        only = pathlib.Path(self.folder.name) / "only"
        only.mkdir()
        (only / "dirname").symlink_to(shutil.which("dirname"))
        run = self.dev("deps", path=str(only))
        self.assertEqual(run.returncode, 0)
        self.assertIn("meson", run.stderr)

    def test_a_wrong_verb_and_a_wrong_build_are_refused(self):
        self.assertEqual(self.dev("tset").returncode, 2)
        run = self.dev("build", "relaese")
        self.assertEqual(run.returncode, 1)
        self.assertIn("release debug asan tsan clang", run.stderr)

    def test_help_names_every_verb(self):
        run = self.dev("help")
        verbs = re.findall(r"^cmd_(\w+)\(\)", (ROOT / "dev").read_text(), re.MULTILINE)
        self.assertEqual(run.returncode, 0)
        for verb in verbs:
            self.assertIn(f"./dev {verb}", run.stdout)

    def test_the_packages_of_the_build_are_what_meson_asks_for(self):
        package_of = {
            "libcrypto": "libssl-dev", "libssl": "libssl-dev", "jansson": "libjansson-dev", "libcyaml": "libcyaml-dev",
            "sleef": "libsleef-dev", "cairo": "libcairo2-dev", "clp": "coinor-libclp-dev",
            "libarchive": "libarchive-dev", "liblzma": "liblzma-dev",
            "libzstd": "libzstd-dev", "zlib": "zlib1g-dev", "cmocka": "libcmocka-dev", "threads": "libc6-dev",
            "sqlite3": "libsqlite3-dev", "libpq": "libpq-dev",
        }
        asked = set(re.findall(r"dependency\('([\w-]+)'", (ROOT / "meson.build").read_text()))
        self.assertEqual(asked - set(package_of), set())
        lists = re.findall(r"packages_\w+='([^']*)'", (ROOT / "dev").read_text())
        packages = set(" ".join(lists).split())
        self.assertEqual({package_of[name] for name in asked} - packages, set())


if __name__ == "__main__":
    tap.main()
