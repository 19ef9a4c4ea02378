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


def examples():
    """(page, number, C text) of each indented block that begins as a source file does."""
    for page in PAGES:
        blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", page.read_text(encoding="utf-8"), re.MULTILINE)
        for number, block in enumerate(blocks, 1):
            text = "".join(line[4:] or "\n" for line in block.strip("\n").splitlines(keepends=True)) + "\n"
            if text.startswith("// SPDX-License-Identifier"):
                yield page.relative_to(ROOT), number, text


class Pages(unittest.TestCase):
    def test_every_whole_file_in_a_page_compiles_and_is_formatted(self):
        compiler = ["gcc", "-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror"]
        folders = ["src", "test", "test/unit/quant"]
        count = 0
        for page, number, text in examples():
            with self.subTest(page=str(page), block=number):
                command = [*compiler, *[f"-I{ROOT / folder}" for folder in folders], '-DFULMAR_SOURCE_ROOT="."']
                run = subprocess.run([*command, "-fsyntax-only", "-x", "c", "-"], input=text, capture_output=True,
                                     text=True, check=False)
                self.assertEqual((run.returncode, run.stderr), (0, ""))
                run = subprocess.run(["clang-format", f"--style=file:{ROOT / '.clang-format'}"], input=text,
                                     capture_output=True, text=True, check=True)
                self.assertEqual(run.stdout, text)
                count += 1
        self.assertGreaterEqual(count, 5)

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
        table = "\n".join(path.read_text() for path in (ROOT / "src" / "app").rglob("*.c"))
        verbs = {name.split()[0] for name in re.findall(r'\.name = "([a-z ]+)",\n\s+\.summary', table)}
        for place, verb in rows(re.compile(r"(?:^    |`|/)fulmar ([a-z]+)\b")):
            self.assertIn(verb, verbs, place)

    def test_every_verb_of_the_program_has_a_man_page(self):
        main = (ROOT / "src" / "app" / "main.c").read_text(encoding="utf-8")
        listed = re.search(r"verbs = \[(.*?)\]", (ROOT / "docs" / "meson.build").read_text(), re.DOTALL).group(1)
        self.assertEqual(len(re.findall(r"'([a-z ]+)'", listed)), len(re.findall(r"^    &command_\w+,", main, re.M)))

    def test_every_page_is_in_the_index(self):
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        for page in sorted((ROOT / "docs").glob("*.md")):
            if not page.name.startswith("how-to-"):
                self.assertIn(f"`docs/{page.name}`", readme)

    def test_the_table_of_dependencies_has_a_row_for_each_library(self):
        row_of = {"clp": "CLP", "libcrypto": "OpenSSL", "libssl": "OpenSSL", "libzstd": "zstd",
                  "sleef": "SLEEF", "threads": ""}
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        for name in re.findall(r"dependency\('([\w-]+)'", (ROOT / "meson.build").read_text()):
            self.assertRegex(readme, rf"(?m)^\| ?{row_of.get(name, name)}", name)

    def test_tidy_prints_its_rules(self):
        run = subprocess.run([ROOT / "tools" / "tidy", "--rules"], capture_output=True, text=True, check=True)
        self.assertGreater(len(run.stdout.splitlines()), 20)


if __name__ == "__main__":
    tap.main()
