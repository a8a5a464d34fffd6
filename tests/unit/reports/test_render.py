"""Forms by name, each loaded by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from edge.errors import ConfigurationError
from edge.reports.render import FORMS, load, render
from edge.reports.style import Style
from tests.unit.reports import samples


@pytest.mark.parametrize("form", list(FORMS))
def test_every_form_is_made_and_the_same_again(form: str) -> None:
    """Of a month, in both languages; other units are other bytes."""
    report = samples.month()

    first = render(report, form, Style())
    assert first == render(report, form, Style())
    assert first != render(report, form, Style("en", "t", "wan_yuan"))


def test_a_form_that_there_is_not_is_refused() -> None:
    """By loading as by rendering, with those that there are."""
    message = "docx is not one of pdf, xlsx, html, csv, text"
    with pytest.raises(ConfigurationError, match=message):
        load("docx")
    with pytest.raises(ConfigurationError, match=message):
        render(samples.day(), "docx", Style())


@pytest.mark.parametrize(
    ("form", "absent"), [("text", "matplotlib"), ("xlsx", "typst"), ("pdf", "xlsxwriter")]
)
def test_a_form_loads_nothing_of_another(form: str, absent: str, tmp_path: Path) -> None:
    """And matplotlib never looks at the machine's own settings, whoever loads it."""
    program = (
        f"import os, sys; os.environ['MPLCONFIGDIR'] = {str(tmp_path)!r}\n"
        f"from edge.reports.render import load\nload({form!r})\nassert {absent!r} not in sys.modules, 'loaded'\n"
        "if 'matplotlib' in sys.modules:\n"
        "    from matplotlib import get_configdir\n"
        f"    assert get_configdir() != {str(tmp_path)!r}, 'the own settings of the machine'\n"
        "print('done')"
    )
    outcome = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (outcome.stdout, outcome.stderr) == ("done\n", "")
