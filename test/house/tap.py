# SPDX-License-Identifier: Apache-2.0
"""Runs unittest cases and reports them in TAP, as the C test programs do."""
import sys
import unittest


class TapResult(unittest.TestResult):
    """Prints one TAP line a test method, followed by the tracebacks of its failures as comments."""

    def startTest(self, test):
        super().startTest(test)
        self.skip_reason = None
        self.seen = (len(self.failures), len(self.errors))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.skip_reason = reason

    def stopTest(self, test):
        bad = self.new_failures()
        name = test.id().rsplit(".", 1)[-1].removeprefix("test_")
        skip = f" # SKIP {self.skip_reason}" if self.skip_reason else ""
        print(f"{'not ok' if bad else 'ok'} {self.testsRun} - {name}{skip}")
        for _, traceback in bad:
            print("\n".join("# " + line for line in traceback.splitlines()))
        sys.stdout.flush()
        super().stopTest(test)

    def addError(self, test, err):
        """A class that could not be set up has no method that would report it."""
        super().addError(test, err)
        if not hasattr(test, "_testMethodName"):
            print(f"not ok - {test}")
            print("\n".join("# " + line for line in self.errors[-1][1].splitlines()))
            sys.stdout.flush()

    def new_failures(self):
        return self.failures[self.seen[0] :] + self.errors[self.seen[1] :]


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}")
    result = TapResult()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
