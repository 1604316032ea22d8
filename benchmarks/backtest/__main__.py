"""``python -m benchmarks.backtest``: fit the merits of 2023, check them, predict the lines of 2024."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks.backtest.checking import held_out_error, mean_absolute_error
from benchmarks.backtest.counting import counted_prediction
from benchmarks.backtest.fitting import FIT_SEEDS, ROUNDS, fit
from benchmarks.backtest.predicting import ROUNDS as SETTLING
from benchmarks.backtest.predicting import SEEDS, predict, settled
from benchmarks.backtest.tables import Published, read_tables, usual_prediction
from benchmarks.backtest.year import CITY, Result, mean_result, read_year

STORED = CITY / "fit-2023.csv"
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "chengdu"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    published = read_tables(options.data)
    commands = {"fit": _fit, "check": _check, "predict": _predict}
    commands[options.command](published, options)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backtest", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the published tables")
    commands = parser.add_subparsers(dest="command", required=True)
    fitting = commands.add_parser("fit", help="fit the merits to the lines of 2023; about a minute")
    fitting.add_argument("-o", "--output", type=Path, default=STORED)
    fitting.add_argument("--seeds", type=_seeds, default=FIT_SEEDS, help="cohorts, as 1,2,3")
    fitting.add_argument("--rounds", type=int, default=ROUNDS)
    checking = commands.add_parser("check", help="the stored merits on other cohorts, school by school")
    checking.add_argument("--seeds", type=_seeds, default=SEEDS, help="cohorts, as 11,12")
    predicting = commands.add_parser("predict", help="the lines of 2024")
    predicting.add_argument("-o", "--output", type=Path, required=True, help="CSV: school_code,predicted_line")
    predicting.add_argument("--seeds", type=_seeds, default=SEEDS, help="cohorts, as 11,12")
    predicting.add_argument("--rounds", type=int, default=SETTLING, help="how often families learn")
    options = parser.parse_args(arguments)
    if not options.data.is_dir():
        parser.error(f"there is no folder {options.data}; give that of the published tables as --data")
    return options


def _seeds(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _fit(published: Published, options: argparse.Namespace) -> None:
    def report(count: int, result: Result) -> None:
        if count % 5 == 0 or count == options.rounds - 1:
            error = mean_absolute_error(published, result.line)
            print(f"round {count}: mean absolute error {float(error):.2f}, mean error {_mean_error(published, result)}")

    year = read_year(2023, options.data)
    merits = fit(year, published, options.seeds, options.rounds, report)
    _write(options.output, ("school_code", "attractiveness"), merits)


def _check(published: Published, options: argparse.Namespace) -> None:
    year = read_year(2023, options.data)
    result = mean_result(year, options.seeds)
    merits = _read(STORED)
    print("| code | merit | published | computed | error | seats taken |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for code, line in sorted(published.open_lines.items(), key=lambda item: (-item[1], item[0])):
        computed, taken = float(result.line[code]), float(result.taken[code])
        print(f"| {code} | {merits[code]} | {line} | {computed:.1f} | {computed - line:+.1f} | {taken:.0%} |")
    print(f"mean absolute error {float(mean_absolute_error(published, result.line)):.2f}")
    again = settled(year, published.before, options.seeds)
    print(f"the same year, expectations from its own runs: {float(mean_absolute_error(published, again.line)):.2f}")
    held_out = held_out_error(year, published, merits, options.seeds[:1])
    print(f"schools held out, merits guessed: {float(held_out):.1f}")


def _predict(published: Published, options: argparse.Namespace) -> None:
    year = read_year(2024, options.data)
    lines = predict(year, published, options.seeds, options.rounds)
    _write(options.output, ("school_code", "predicted_line"), lines)
    usual = usual_prediction(published)
    moved = [lines[code] - usual[code] for code in lines]
    print(f"{len(lines)} schools, control line {year.control_line}; ", end="")
    print(f"on average {sum(moved) / len(moved):+.1f} points from the usual method")
    counted = counted_prediction(published, options.data, year.control_line)
    apart = [abs(counted[code] - lines[code]) for code in lines]
    print(f"a plain count of seats: {fmean(counted[code] - usual[code] for code in lines):+.1f}; ", end="")
    print(f"school by school {fmean(apart):.1f} points apart")


def _mean_error(published: Published, result: Result) -> str:
    errors = [float(result.line[code] - score) for code, score in published.open_lines.items()]
    return f"{fmean(errors):+.2f}"


def _read(path: Path) -> dict[str, int]:
    """The stored merits, thousandths by school code."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["school_code"]: int(row["attractiveness"]) for row in csv.DictReader(file)}


def _write(path: Path, header: tuple[str, str], rows: Mapping[str, int]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows.items()))


if __name__ == "__main__":
    raise SystemExit(main())
