"""`python3 run.py bench [--json FILE] [--quick]`: print the tables, and write the measures for a machine."""

import argparse
import json
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.measures import Measure, Scale, all_measures
from certes.credential.cardsize import TYPICAL_ADDRESS, size_report


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write {name: {value, unit, against}} to FILE"
    )
    parser.add_argument("--quick", action="store_true", help="too little work to mean anything: a test")
    arguments = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as folder, console.status("starting") as status:
        scale = Scale(quick=arguments.quick)
        measures = all_measures(Path(folder), scale, lambda title: status.update(f"{title} ..."))
    console.print(_measures_table(measures))
    console.print(_sizes_table())
    if arguments.json is not None:
        rows = {
            name: {"value": round(value, 3), "unit": unit, "against": against}
            for name, (value, unit, against) in measures.items()
        }
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _measures_table(measures: dict[str, Measure]) -> Table:
    table = Table("measure", "value", "unit", "against", title="Measures, all of one run")
    for name, (value, unit, against) in measures.items():
        table.add_row(name, f"{value:,.0f}" if value >= 100 else f"{value:.2f}", unit, against)
    return table


def _sizes_table() -> Table:
    title = f"The skill card's QR behind a {len(TYPICAL_ADDRESS)}-character address"
    table = Table("card", "bytes", "digits", "version at M", "version at Q", title=title)
    for row in size_report():
        size = row.size
        table.add_row(row.title, str(size.bytes), str(size.digits), str(size.version_m), str(size.version_q))
    return table


if __name__ == "__main__":
    main()
