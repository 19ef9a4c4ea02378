# SPDX-License-Identifier: Apache-2.0
"""tools/run_tests counts test functions and never takes a broken program for a passing one."""
import importlib.machinery
import importlib.util
import pathlib
import unittest

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOADER = importlib.machinery.SourceFileLoader("run_tests", str(ROOT / "tools" / "run_tests"))
run_tests = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_tests", LOADER))
LOADER.exec_module(run_tests)


def tally(stdout, returncode=0, **more):
    return run_tests.tally_program({"name": "prog", "stdout": stdout, "returncode": returncode, **more})


class Counting(unittest.TestCase):
    def test_each_function_counts_once(self):
        seen = tally("1..3\nok 1 - a\nok 2 - b\nnot ok 3 - c\n# - c\n", 1)
        self.assertEqual((len(seen.passed), len(seen.failed), len(seen.skipped)), (2, 1, 0))
        self.assertEqual(seen.failed[0][0], "prog: c")

    def test_two_groups_in_one_program_add_up(self):
        seen = tally("1..1\nok 1 - a\n# ok - x\n1..2\nok 1 - b\nok 2 - c\n")
        self.assertEqual(seen.last_line(), "3 passed, 0 failed")

    def test_a_cmocka_skip_is_named_with_the_message_before_it(self):
        seen = tally("1..2\nok 1 - a\nneeds data/x, which is absent\nnot ok 2 # SKIP b\n")
        self.assertEqual(seen.skipped, [("prog: b", "needs data/x, which is absent")])
        self.assertEqual(seen.last_line(), "1 passed, 0 failed, 1 skipped")

    def test_a_skip_directive_after_the_name_is_named_with_its_reason(self):
        seen = tally("1..1\nok 1 - b # SKIP no clang here\n")
        self.assertEqual(seen.skipped, [("prog: b", "no clang here")])

    def test_a_crash_is_a_failure_beside_the_tests_that_passed(self):
        seen = tally("1..3\nok 1 - a\n", -6)
        self.assertEqual(seen.last_line(), "1 passed, 1 failed")
        self.assertIn("signal 6", seen.failed[0][1])

    def test_a_program_that_ends_early_with_success_is_a_failure(self):
        self.assertEqual(tally("1..3\nok 1 - a\n", 0).last_line(), "1 passed, 1 failed")

    def test_a_program_without_tests_is_a_failure(self):
        self.assertEqual(tally("", 0).last_line(), "0 passed, 1 failed")
        self.assertEqual(tally("1..0\n", 0).last_line(), "0 passed, 1 failed")

    def test_a_failure_status_without_a_failed_test_is_a_failure(self):
        self.assertEqual(tally("1..1\nok 1 - a\n", 23).last_line(), "1 passed, 1 failed")

    def test_a_group_set_up_that_fails_is_one_failure(self):
        seen = tally("1..2\nnot ok 0 - t [  FAILED  ] GROUP SETUP\n# ok - t\n", 1)
        self.assertEqual(seen.last_line(), "0 passed, 1 failed")

    def test_a_program_that_ran_out_of_time_is_one_failure(self):
        seen = tally("1..2\nok 1 - a\n", -15, result="TIMEOUT")
        self.assertEqual(seen.last_line(), "1 passed, 1 failed")

    def test_text_that_only_looks_like_a_result_is_not_counted(self):
        seen = tally("1..1\nokay 7 things\nok 1 - a\n  ok 2 - indented\n")
        self.assertEqual(seen.last_line(), "1 passed, 0 failed")

    def test_names_may_follow_the_options(self):
        options = run_tests.arguments(["build/asan", "--jobs", "1", "ledger", "order"])
        self.assertEqual((options.build, options.jobs, options.names), ("build/asan", 1, ["ledger", "order"]))


if __name__ == "__main__":
    tap.main()
