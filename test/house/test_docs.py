# SPDX-License-Identifier: Apache-2.0
"""The pages name files, verbs and rules that are there."""
import pathlib
import re
import subprocess
import unittest

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# A path in backticks; x, NAME and * stand for the reader's own names.
PATH = re.compile(r"`((?:src|test|tools|docs|bench|\.ci)/[\w./*-]*|[A-Z]+\.md)`")
OWN_NAME = re.compile(r"(^|[/_])(x|[A-Z]{3,}|\*)([._]|$)|\*|/[A-Z]+/")
LAYER_HEADER = re.compile(r"`((?:base|market|quant|ledger|order|risk|strategy|engine|sim|research|report|app)/\w+\.h)`")


def rows(pattern):
    for page in PAGES:
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            for match in pattern.finditer(line):
                yield f"{page.relative_to(ROOT)}:{number}", match.group(1)


class Pages(unittest.TestCase):
    def test_every_path_that_a_page_names_exists(self):
        example_of = re.findall(r"^`([\w./]+)`:$", "\n".join(page.read_text() for page in PAGES), re.MULTILINE)
        example_of += [path for _, path in rows(PATH) if OWN_NAME.search(path) or "/test_" in path]
        for place, path in rows(PATH):
            if path not in example_of:
                self.assertTrue((ROOT / path).exists(), f"{place}: {path}")

    def test_every_header_that_a_page_names_exists(self):
        for place, path in rows(LAYER_HEADER):
            self.assertTrue((ROOT / "src" / path).is_file(), f"{place}: {path}")

    def test_every_verb_of_dev_that_a_page_names_exists(self):
        verbs = set(re.findall(r"^cmd_(\w+)\(\)", (ROOT / "dev").read_text(), re.MULTILINE))
        for place, verb in rows(re.compile(r"\./dev (\w+)")):
            self.assertIn(verb, verbs, place)

    def test_every_verb_of_the_program_that_a_page_names_exists(self):
        table = "\n".join(path.read_text() for path in (ROOT / "src" / "app").glob("*.c"))
        verbs = {name.split()[0] for name in re.findall(r'\.name = "([a-z ]+)",\n\s+\.summary', table)}
        for place, verb in rows(re.compile(r"(?:^    |`|/)fulmar ([a-z]+)\b")):
            self.assertIn(verb, verbs, place)

    def test_the_table_of_dependencies_has_a_row_for_each_library(self):
        row_of = {"libcrypto": "OpenSSL", "libzstd": "zstd", "sleef": "SLEEF", "threads": ""}
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        for name in re.findall(r"dependency\('([\w-]+)'", (ROOT / "meson.build").read_text()):
            self.assertRegex(readme, rf"(?m)^\| ?{row_of.get(name, name)}", name)

    def test_tidy_prints_its_rules(self):
        run = subprocess.run([ROOT / "tools" / "tidy", "--rules"], capture_output=True, text=True, check=True)
        self.assertGreater(len(run.stdout.splitlines()), 20)


if __name__ == "__main__":
    tap.main()
