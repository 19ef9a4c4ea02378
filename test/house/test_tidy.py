# SPDX-License-Identifier: Apache-2.0
"""Every rule of tools/tidy fires on a small bad file, at its line, and on nothing else."""
import importlib.machinery
import importlib.util
import pathlib
import tempfile
import unittest

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOADER = importlib.machinery.SourceFileLoader("tidy", str(ROOT / "tools" / "tidy"))
tidy = importlib.util.module_from_spec(importlib.util.spec_from_loader("tidy", LOADER))
LOADER.exec_module(tidy)

C = "// SPDX-License-Identifier: Apache-2.0\n"
HEADER = C + "#ifndef FULMAR_QUANT_MEAN_H\n#define FULMAR_QUANT_MEAN_H\n\nint mean_of(int a);\n\n#endif\n"
GOOD = {
    "dev": "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n",
    "tools/layers.txt": "# who may use whom\nbase:\nquant: base\nledger: base\nedge/net: base\napp: *\n",
    "src/quant/mean.h": HEADER,
    "src/quant/mean.c": C + '#include "quant/mean.h"\n\nint mean_of(int a) {\n    return a;\n}\n',
    "src/quant/meson.build": "quant_lib = static_library('quant', files('mean.c', 'x.c'))\n",
    "src/ledger/meson.build": "x = files('x.c')\n",
    "src/edge/net/meson.build": "x = files('x.c')\n",
    "src/app/meson.build": "x = files('x.c')\n",
    "test/unit/quant/meson.build": "foreach name : ['mean', 'x']\nendforeach\n",
    "test/unit/quant/test_mean.c": C,
    "test/unit/quant/test_x.c": C,
    "test/unit/ledger/meson.build": "foreach name : ['x']\nendforeach\n",
    "test/unit/ledger/test_x.c": C,
    "test/unit/edge/net/meson.build": "foreach name : ['x']\nendforeach\n",
    "test/unit/edge/net/test_x.c": C,
}
X_GUARD = "#ifndef FULMAR_QUANT_X_H\n#define FULMAR_QUANT_X_H\n"
LONG_FUNCTION = "int x(void) {\n" + "    x();\n" * 69 + "}\n"
Q = "src/quant/x.c"
DEEP_LAYERS = "base:\nquant: base\nquant/deep: base\nledger: base\nrisk: quant\nedge/net: base\napp: *\n"


def check(files, **tables):
    """What tidy finds in the good tree with these files put over it: (file, line, rule) rows."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {**GOOD, **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return [row[:3] for row in tidy.Tidy(root, **{"exceptions": (), "families": (), **tables}).run()]


# (rule, file, text after the licence line, line): each row is one bad file and the only thing found in it.
FIRES = [
    ("guard", "src/quant/x.h", "#ifndef QUANT_X_H\n#define QUANT_X_H\n#endif\n", 1),
    ("guard", "src/quant/x.h", "int x(void);\n", 1),
    ("include", "src/quant/x.h", X_GUARD + '#include "ledger/y.h"\n#endif\n', 4),
    ("include", Q, '#include "mean.h"\n', 2),
    ("include", "test/unit/quant/test_x.c", '#include "quant/nothing.h"\n', 2),
    ("clock", Q, "long x(void) {\n    return time(NULL);\n}\n", 3),
    ("clock", Q, "void x(void) {\n    clock_gettime (0, 0);\n}\n", 3),
    ("alloc", Q, "void *x(void) {\n    return malloc(1);\n}\n", 3),
    ("alloc", Q, "void x(void *p) {\n    free(p);\n}\n", 3),
    ("stdio", Q, 'void x(void) {\n    printf("x");\n}\n', 3),
    ("stdio", Q, "int x(int fd) {\n    return close(fd);\n}\n", 3),
    ("thread", Q, "void x(void) {\n    fork();\n}\n", 3),
    ("thread", Q, "static pthread_mutex_t *const x;\n", 2),
    ("environment", Q, 'int x(void) {\n    return !getenv("X");\n}\n', 3),
    ("random", Q, "int x(void) {\n    return rand();\n}\n", 3),
    ("libm", Q, "double x(double a) {\n    return log(a);\n}\n", 3),
    ("libm", Q, "float x(float a) {\n    return powf(a, a);\n}\n", 3),
    ("libm", Q, "double x(double a) {\n    return Sleef_log_u10(a);\n}\n", 3),
    ("float", "src/ledger/x.c", "static const double x = 0;\n", 2),
    ("float", "src/ledger/x.c", "int x(float a) {\n    return a > 0;\n}\n", 2),
    ("unsafe", Q, "void x(char *a) {\n    strcpy(a, a);\n}\n", 3),
    ("unsafe", "src/app/x.c", "int x(char *a) {\n    return atoi(a);\n}\n", 3),
    ("assert", "src/app/x.c", "void x(int a) {\n    assert(a);\n}\n", 3),
    ("global", Q, "static int x;\n", 2),
    ("global", Q, "int x = 3;\n", 2),
    ("global", Q, "static int x[2] = {1, 2};\n", 2),
    ("global", Q, "static const char *x[] = {0};\n", 2),
    ("global", Q, "static struct mean x;\n", 2),
    ("global", Q, "static struct {\n    int a;\n} x;\n", 4),
    ("global", Q, "static _Thread_local char x[80];\n", 2),
    ("global", Q, "static int (*x)(int a);\n", 2),
    ("global", Q, "int x(void) {\n    static int calls;\n    return ++calls;\n}\n", 3),
    ("global", "src/edge/net/x.c", "extern int x;\n", 2),
    ("if", Q, "#ifdef __AVX2__\n#endif\n", 2),
    ("if", Q, "#if 1\n#endif\n", 2),
    ("if", "src/quant/x.h", X_GUARD + "#if 1\n#endif\n#endif\n", 4),
    ("file-length", Q, "\n" * 999 + "int x(void);\n", 1001),
    ("function-length", Q, LONG_FUNCTION, 2),
    ("columns", Q, "int x(" + "int a, " * 14 + "int b);\n", 2),
    ("columns", Q, "// " + "word " * 24 + "x\n", 2),
    ("whitespace", Q, "\tint x(void);\n", 2),
    ("whitespace", Q, "int x(void); \n", 2),
    ("whitespace", Q, "int x(void);\n\n", 4),
    ("whitespace", Q, "int x(void);", 2),
    ("banner", Q, "// ---- helpers ----\n", 2),
    ("banner", Q, "/*****\n */\n", 2),
    ("leftover", Q, "// TODO: more\n", 2),
    ("leftover", Q, "int x(void); /* fine for now */\n", 2),
    ("leftover", Q, "// return x(a);\n", 2),
    ("leftover", Q, "// x = y + 1;\n", 2),
    ("leftover", Q, "// if (x) {\n", 2),
    ("leftover", Q, "// x_close(file);\n", 2),
]
# (file, text after the licence line): nothing is found in these.
QUIET = [
    (Q, '// malloc(1) and time(NULL) in a comment\nstatic const char x[] = "printf(free(p)) // ---- TODO";\n'),
    (Q, "/* getenv(x), static int y; */\nstatic const char x = '\"'; // rand()\n"),
    (Q, "void x(struct mean *m) {\n    m->free(m);\n    m->vtable.open(m);\n    mean_free(m);\n}\n"),
    (Q, "double x(double a) {\n    return sqrt(fabs(a)) + Sleef_cinz_logd1_u10purec(a) + catalog(a);\n}\n"),
    (Q, "struct x;\nenum y { Y_A, Y_B };\ntypedef struct {\n    int a;\n} z_t;\nextern const struct x x_one;\n"),
    (Q, "static const char *const x[] = {0};\nstatic int (*const y)(int a) = z;\nstatic int z(int a);\n"),
    (Q, "int x(void) {\n    static const int table[] = {1, 2};\n    int y = 0;\n    return y + table[0];\n}\n"),
    (Q, "int x(const char *root, int (*visit)(void *self, int a), void *self);\n"),
    (Q, "_Static_assert(sizeof(int) == 4, \"int\");\n#define X_MAX 3\nstruct x {\n    int a[X_MAX];\n};\n"),
    (Q, '// See https://example.org/' + "a" * 110 + "\n"),
    (Q, "// The mean of a and b is m = (a + b) / 2; it is exact (see f(x)).\n//     x_init(&x);\n"),
    (Q, LONG_FUNCTION.replace("    x();\n", "", 1)),
    (Q, "\n" * 998 + "int x(void);\n"),
    ("src/app/x.c", 'static int x;\nint y(void) {\n    return printf("%ld", time(NULL));\n}\n'),
    ("src/app/x.c", '#include "quant/mean.h"\n'),
    ("src/ledger/x.c", "// A double entry, never a double.\nint double_entry(int a);\n"),
]


class Rules(unittest.TestCase):
    def test_a_good_tree_is_clean(self):
        self.assertEqual(check({}), [])

    def test_a_layer_that_may_use_a_folder_may_use_the_layers_in_it(self):
        tree = {
            "tools/layers.txt": DEEP_LAYERS,
            "src/quant/deep/y.h": HEADER.replace("QUANT_MEAN", "QUANT_DEEP_Y"),
        }
        use = '#include "quant/deep/y.h"\n'
        self.assertEqual(check({**tree, "src/risk/x.h": C + X_GUARD.replace("QUANT", "RISK") + use + "#endif\n"}), [])
        self.assertEqual(check({**tree, Q: C + use}), [(Q, 2, "include")])

    def test_the_rules_of_a_deterministic_layer_hold_in_its_folders(self):
        bad = {
            "tools/layers.txt": DEEP_LAYERS,
            "src/quant/deep/y.h": HEADER.replace("QUANT_MEAN", "QUANT_DEEP_Y")
            + "long y(void) {\n    return time(NULL);\n}\n",
        }
        self.assertIn("clock", [rule for _, _, rule in check(bad)])

    def test_each_rule_fires_on_its_bad_file_at_its_line(self):
        for rule, name, text, line in FIRES:
            with self.subTest(rule=rule, text=text[:60]):
                extra = {"src/ledger/y.h": HEADER.replace("QUANT_MEAN", "LEDGER_Y")} if "ledger/y.h" in text else {}
                self.assertEqual(check({name: C + text, **extra}), [(name, line, rule)])

    def test_comments_literals_and_lookalikes_break_no_rule(self):
        for name, text in QUIET:
            with self.subTest(text=text[:60]):
                self.assertEqual(check({name: C + text}), [])

    def test_every_rule_has_a_bad_file(self):
        elsewhere = {"spdx", "test", "listed", "registry", "exception"}
        self.assertEqual({row[0] for row in FIRES} | elsewhere, set(tidy.RULES))

    def test_a_missing_licence_line_is_found(self):
        self.assertEqual(check({Q: "int x(void);\n"}), [(Q, 1, "spdx")])
        self.assertEqual(check({"dev": "#!/bin/sh\necho\n"}), [("dev", 1, "spdx")])
        self.assertEqual(check({"tools/gen.py": "import sys\n"}), [("tools/gen.py", 1, "spdx")])

    def test_a_source_without_a_unit_test_is_found(self):
        files = {"src/quant/alone.c": C, "src/quant/meson.build": "files('mean.c', 'alone.c')\n"}
        self.assertEqual(check(files), [("src/quant/alone.c", 1, "test")])

    def test_a_part_of_a_thing_shares_its_test_but_a_member_of_a_family_does_not(self):
        part = {"src/quant/mean_part.c": C, "src/quant/meson.build": "files('mean.c', 'mean_part.c')\n"}
        alone = [("src/quant/mean_part.c", 1, "test")]
        self.assertEqual(check(part), [])
        header = {"src/quant/mean_part.h": HEADER.replace("QUANT_MEAN", "QUANT_MEAN_PART")}
        self.assertEqual(check({**part, **header}), alone)
        registry = {"src/quant/list.h": HEADER.replace("QUANT_MEAN", "QUANT_LIST") + "    X(part)\n"}
        family = tidy.Family(r"src/quant/mean_(\w+)\.c", "src/quant/list.h", r"\s+X\((\w+)\)")
        self.assertEqual(check({**part, **registry}, families=(family,)), alone)

    def test_a_file_that_no_meson_build_lists_is_found(self):
        self.assertEqual(check({"src/quant/meson.build": "# 'mean.c'\n"}), [("src/quant/mean.c", 1, "listed")])
        test = "test/unit/quant/test_y.c"
        self.assertEqual(check({test: C}), [(test, 1, "listed")])

    def test_a_family_member_without_a_registry_line_and_the_reverse_are_found(self):
        family = tidy.Family(r"src/quant/kind_(\w+)\.c", "src/quant/mean.c", r"\s+&kind_(\w+),")
        table = C + "static const struct kind *const all[] = {\n    &kind_a, // first\n    &kind_b,\n};\n"
        tree = {
            "src/quant/meson.build": "files('mean.c', 'kind_a.c')\n",
            "src/quant/kind_a.c": C,
            "test/unit/quant/meson.build": "['mean', 'x', 'kind_a']\n",
            "test/unit/quant/test_kind_a.c": C,
        }
        no_file = check({**tree, "src/quant/mean.c": table}, families=(family,))
        self.assertEqual(no_file, [("src/quant/mean.c", 4, "registry")])
        no_line = check({**tree, "src/quant/mean.c": C}, families=(family,))
        self.assertEqual(no_line, [("src/quant/kind_a.c", 1, "registry")])

    def test_an_exception_silences_its_rule_in_its_file_alone(self):
        bad = {Q: C + "static int x;\nint y = 0;\n"}
        self.assertEqual(check(bad, exceptions=((Q, "global", "why"),)), [])
        elsewhere = check(bad, exceptions=(("src/quant/mean.c", "global", "why"),))
        self.assertEqual(elsewhere, [("src/quant/mean.c", 1, "exception"), (Q, 2, "global"), (Q, 3, "global")])

    def test_an_exception_that_nothing_needs_is_found(self):
        unneeded = check({}, exceptions=(("src/quant/mean.c", "alloc", "why"),))
        self.assertEqual(unneeded, [("src/quant/mean.c", 1, "exception")])

    def test_every_exception_gives_its_reason(self):
        for file, rule, reason in tidy.EXCEPTIONS:
            self.assertIn(rule, tidy.RULES)
            self.assertGreater(len(reason), 10, file)

    def test_a_layer_table_that_names_an_unknown_layer_is_refused(self):
        with self.assertRaises(SystemExit):
            check({"tools/layers.txt": "base:\nquant: bsae\n"})


if __name__ == "__main__":
    tap.main()
