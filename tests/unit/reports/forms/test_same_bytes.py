"""Forms give the same bytes in every process, whatever the hash seed, time zone and language of the machine."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile

from edge.reports.forms.csv import csv
from edge.reports.forms.html import html
from edge.reports.forms.xlsx import xlsx
from edge.reports.pictures import draw
from tests.unit.reports.forms.documents import document


def digests() -> dict[str, str]:
    """Return what each form gives of a day."""
    whole = document("day")
    made = {"csv": csv(whole), "html": html(whole, draw), "xlsx": xlsx(whole)}
    return {form: hashlib.sha256(data).hexdigest() for form, data in made.items()}


def test_same_bytes_everywhere() -> None:
    """Another process with another seed, zone and locale gives the same bytes."""
    script = "import json; from tests.unit.reports.forms.test_same_bytes import digests; print(json.dumps(digests()))"
    other = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    )
    assert json.loads(other.stdout) == digests()


def test_nothing_of_the_hour_is_in_a_workbook() -> None:
    """Its parts have no date, and it was created on the last day that it is about."""
    with zipfile.ZipFile(io.BytesIO(xlsx(document("day")))) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    assert core.count("2026-09-15T00:00:00Z") == 2
