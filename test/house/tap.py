# SPDX-License-Identifier: Apache-2.0
"""Runs unittest cases and reports them in TAP, as the C test programs do."""
import sys
import unittest


class TapResult(unittest.TestResult):
    """Prints one TAP line a test method, and the traceback of a failure as comments."""

    def startTest(self, test):
        super().startTest(test)
        self.name = test.id().rsplit(".", 1)[-1].removeprefix("test_")

    def addSuccess(self, test):
        print(f"ok {self.testsRun} - {self.name}", flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report_failure(self.failures)

    def addError(self, test, err):
        super().addError(test, err)
        self.report_failure(self.errors)

    def addSkip(self, test, reason):
        print(f"ok {self.testsRun} - {self.name} # SKIP {reason}", flush=True)

    def report_failure(self, rows):
        print(f"not ok {self.testsRun} - {self.name}")
        print("\n".join("# " + line for line in rows[-1][1].splitlines()), flush=True)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}")
    result = TapResult()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
