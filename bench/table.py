#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""./dev bench --json | bench/table.py [--write]: the rows as the table of docs/benchmarks.md, which --write renews."""
import json
import pathlib
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"
TARGETS = {
    "bar_engine": "20 M bars/s",
    "csv_import": "300 MB/s",
    "tape_read": "as fast as memory",
    "zoom": "< 50 ms",
    "sweep_sma": "100,000 combos/s",
    "sweep_minutes": "under 30 s and 1 GB",
    "sweep_others": "20,000 combos/s",
    "walkforward": "under 60 s",
    "cscv": "under 5 s",
    "monte_carlo": "under 100 ms",
    "run_statistics": "under 1 ms",
    "session_kill": "< 10 ms",
    "session_order": "< 10 ms",
    "security_overhead": "< 100 us",
    "tape_events": "",
    "portfolio_249": "under 1 s and 200 MB",
    "orchestra_249": "under 5 s",
    "decision_path": "under 2 us, 99.9 % under 10 us",
    "enhancements": "under 20 us",
    "journal_append": "5 M events/s",
    "journal_replay": "5 M events/s",
    "cli_start": "under 10 ms",
    "garch": "under 10 ms",
    "l2_replay": "25 M events/s",
    "l2_maker": "15 M events/s",
    "talib": "twice as fast as TA-Lib",
    "hmm": "under 20 ms",
    "json_frames": "800 MB/s",
    "mean_variance": "under 1 s",
    "streaming": "under 10 ns",
    "l3_book": "15 M records/s",
    "matching": "5 M commands/s, p99 under 5 us at 1 M/s",
    "footprint": "",
    "microstructure": "under 1 us",
    "itch_parse": "100 M messages/s",
    "option_iv": "5 M options/s, 10 times QuantLib",
    "option_greeks": "10 times QuantLib",
    "option_greeks_all": "10 times QuantLib",
    "mc_var": "under 1 s, 10 times NumPy",
    "var_update": "under 10 us",
    "risk_check": "under 1 us",
    "surface": "under 200 ms",
}


def figure(value, unit):
    """Three digits, millions as such."""
    if value >= 1e6:
        return f"{float(f'{value / 1e6:.3g}'):g} M {unit}"
    return f"{float(f'{value:.3g}'):g} {unit}"


def peer(row):
    if row["peer"] is None:
        return ""
    return f"{row['peer']} {row['peer_version']}: {figure(row['peer_value'], row['unit'])}; {row['ratio']:.3g} x"


def lines(rows):
    yield "| name | median (p99) | target | peer, ratio | command |\n"
    yield "|---|---|---|---|---|\n"
    for row in rows:
        worst = figure(row["p99"], row["unit"]).removesuffix(" " + row["unit"])
        yield (f"| {row['name']} | {figure(row['p50'], row['unit'])} ({worst}) | {TARGETS.get(row['name'], '')} | "
               f"{peer(row)} | `./dev bench {row['name']}` |\n")
    first = rows[0]
    yield f"\nCommit {first['commit']}, {first['cpu']}, {first['compiler']} {first['flags']}. What was compared:\n\n"
    for row in rows:
        yield f"- {row['name']}: {row['result_check']}; input {row['input_sha256'][:16]}.\n"


def main():
    table = "".join(lines([json.loads(line) for line in sys.stdin if line.strip()]))
    if "--write" not in sys.argv[1:]:
        print(table, end="")
        return
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    PAGE.write_text(before + BEGIN + table + END + rest.split(END)[1], encoding="utf-8")


main()
