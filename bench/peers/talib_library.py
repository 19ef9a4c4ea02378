# SPDX-License-Identifier: Apache-2.0
"""talib_library.py: where the C library inside the package TA-Lib lies; the benchmark itself calls it."""
import importlib.metadata
import json
import sys


def main():
    package = importlib.metadata.distribution("TA-Lib")
    objects = [file for file in package.files if file.name.startswith("libta-lib") and ".so" in file.name]
    json.dump({"peer": "TA-Lib C", "version": package.version, "samples": [],
               "library": str(package.locate_file(objects[0]).resolve())}, sys.stdout)


main()
