"""Small files: what outgrows this is two rooms."""

from tests.architecture.project import CODE, ROOT, name_of, python_files

MAX_LINES = 400


def test_no_python_file_is_longer_than_400_lines() -> None:
    files = [ROOT / "run.py", *python_files(*CODE)]
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}
