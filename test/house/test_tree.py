# SPDX-License-Identifier: Apache-2.0
"""The tree obeys its own rules: tidy finds nothing and clang-format would change nothing."""
import pathlib
import subprocess
import unittest

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("src", "test", "bench", "include")


class Tree(unittest.TestCase):
    def test_tidy_finds_nothing(self):
        run = subprocess.run([ROOT / "tools" / "tidy"], capture_output=True, text=True, check=False)
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))

    def test_every_python_test_runs_its_cases(self):
        for path in sorted((ROOT / "test").rglob("test_*.py")):
            self.assertRegex(path.read_text(encoding="utf-8"), r"(?m)^    (fulmar\.)?tap\.main\(\)$", path.name)

    def test_every_c_file_is_formatted(self):
        files = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.[ch]"))]
        self.assertGreater(len(files), 0)
        command = ["clang-format", "--dry-run", "-Werror", *files]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual((run.returncode, run.stderr), (0, ""))


if __name__ == "__main__":
    tap.main()
