# SPDX-License-Identifier: Apache-2.0
"""Parameter searches by the program itself: `fulmar sweep`, its threads, its resumption and what it says of luck."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from ._library import Error
from .tape import data_root

_ALL = 1_000_000


def program():
    """$FULMAR_PROGRAM, the one of this package, or the one of the path."""
    named = os.environ.get("FULMAR_PROGRAM")
    packaged = pathlib.Path(__file__).parent / "bin" / "fulmar"
    found = named or (str(packaged) if packaged.exists() else shutil.which("fulmar"))
    if not found:
        raise Error("not_found", "there is no fulmar program: not in this package, not in PATH, not in FULMAR_PROGRAM")
    return found


def _numbers(column):
    """Text as numbers where all of it is some."""
    import pandas

    try:
        return pandas.to_numeric(column)
    except (TypeError, ValueError):
        return column


class Sweep:
    """A search that is over: `rows`, the best first, and `summary`, what was tried and what the best is worth."""

    def __init__(self, summary):
        self.rows = summary.pop("top")
        self.summary = summary

    def __len__(self):
        return len(self.rows)

    @property
    def best(self):
        return self.rows[0] if self.rows else None

    def flat(self):
        """Rows with the parameters beside the measures."""
        return [{**row["params"], **{key: value for key, value in row.items() if key != "params"}} for row in self.rows]

    def to_pandas(self):
        import pandas

        frame = pandas.DataFrame(self.flat())
        return frame.apply(_numbers)

    def to_arrow(self):
        import pyarrow

        return pyarrow.Table.from_pylist(self.flat())


def _words(params):
    for name, values in params.items():
        if isinstance(values, range):
            values = f"{values.start}:{values[-1]}:{values.step}"
        elif isinstance(values, (list, tuple)):
            values = ",".join(str(value) for value in values)
        yield f"--param={name}={values}"


def sweep(data, strategy, params, root=None, config=None, top=_ALL, **options):
    """Tries a strategy's parameters: {"fast": range(2, 101), "slow": "2:100", "sides": ["long", "both"]}.

    `options` are those of `fulmar sweep` (where="fast < slow", objective="sharpe", fee="maker_taker:taker=10",
    out="x.sweep"); lists are given several times. `config` is a dict for --config.

    >>> fulmar.sweep("BTC-USD", "sma_cross", {"fast": range(5, 51, 5), "slow": range(20, 201, 20)}).to_pandas()
    """
    words = [program(), "sweep", "--json", f"--tape={data_root(root)}", f"--top={top}", f"--strategy={strategy}"]
    words += [f"--data={name}" for name in ([data] if isinstance(data, str) else data)]
    words += _words(params)
    for name, values in options.items():
        option = "--" + name.replace("_", "-")
        for value in values if isinstance(values, (list, tuple)) else [values]:
            words.append(option if value is True else f"{option}={value}")
    with tempfile.TemporaryDirectory(prefix="fulmar-") as folder:
        if config is not None:
            path = pathlib.Path(folder) / "config.yaml"
            path.write_text(json.dumps(config))
            words.append(f"--config={path}")
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Error("argument" if done.returncode == 2 else "failed", done.stderr.strip() or "fulmar sweep failed")
    return Sweep(json.loads(done.stdout))
