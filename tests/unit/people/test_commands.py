"""The commands: who is there, what is to be settled, decisions with their history, the month, and what the law asks."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from python_calamine import load_workbook

from edge.cli import main
from edge.errors import ConfigurationError
from tests.unit.people.site import NAMES, ROSTER, SERIAL, Site, ns, site

DAY = (("0001", "2026-11-03 07:55"), ("0002", "2026-11-03 08:20"), ("0501", "2026-11-03 07:40"))


@pytest.fixture
def plant(tmp_path: Path) -> Site:
    """Return a site on a Tuesday at nine, when three of six have come."""
    made = site(tmp_path)
    made.punch(*DAY)
    return made


def test_today_says_who_is_missing(plant: Site) -> None:
    """Planned, present, late, and the names of those who are not there."""
    lines = plant.do("today")
    assert lines[0] == "2026-11-03 as of 2026-11-03 09:00"
    assert "D 白班 11-03: planned 6, present 3, late 1, on leave 0" in lines
    missing = next(line for line in lines if line.startswith("  missing: "))
    assert missing == "  missing: K-03 赵大山 (pack), S-02 冉红梅 (prep), S-03 田水生 (prep)"
    assert "  late: K-02 王小明 (pack)" in lines


def test_nobody_is_missing_before_the_shift(plant: Site) -> None:
    """A quarter of an hour before it those who have not come are not here yet."""
    plant.now = "2026-11-03 07:45"
    assert "  not yet here: K-03 赵大山 (pack), S-02 冉红梅 (prep), S-03 田水生 (prep)" in plant.do("today")


def test_a_missing_punch_is_asked_for_until_it_is_settled(plant: Site) -> None:
    """Next day there are three questions; a punch that is written down, a confirmation and a leave settle them."""
    plant.now = "2026-11-04 07:00"
    assert len([line for line in plant.do("questions") if "no punch out" in line]) == 3
    plant.do("punch", "K-01", "2026-11-03 17:32", "--why", "forgot his badge")
    plant.do("confirm", "0002", "2026-11-03", "D", "--why", "seen at the gate")
    (left,) = plant.do("questions")
    assert left == "S-01  2026-11-03  D  no punch out, the other at 2026-11-03 07:40:00  郑国洪"


def test_decisions_have_a_history_and_can_be_undone(plant: Site) -> None:
    """Every decision stays, with who and why; what was undone does not hold."""
    plant.do("leave", "K-03", "2026-11-03", "2026-11-04", "--kind", "sick", "--why", "fever")
    assert "D 白班 11-03: planned 6, present 3, late 1, on leave 1" in plant.do("today")
    plant.do("undo", "1", "--why", "wrong worker")
    assert "D 白班 11-03: planned 6, present 3, late 1, on leave 0" in plant.do("today")
    assert plant.do("history", "K-03") == [
        "1  2026-11-03  leave sick until 2026-11-04  boss: fever",
        "2  2026-11-03  undo 1 until 2026-11-04  boss: wrong worker",
    ]
    with pytest.raises(ConfigurationError, match="77: there is no such decision"):
        plant.do("undo", "77", "--why", "x")


def test_shifts_are_exchanged(plant: Site) -> None:
    """Two workers swap, and each is planned for what the other was."""
    plant.do("swap", "K-03", "S-04", "2026-11-03", "--why", "wedding")
    plant.now = "2026-11-03 23:50"
    lines = plant.do("today")
    assert "C 夜班 11-03: planned 1, present 0, late 0, on leave 0" in lines
    assert "  missing: K-03 赵大山 (pack)" in lines
    plant.do("shift", "K-03", "2026-11-03", "-", "--why", "the line stands")
    assert not any(line.startswith("C ") for line in plant.do("today"))


def test_a_punch_that_does_not_count(plant: Site) -> None:
    """A void takes the punch of that minute away, and says so when there is none."""
    plant.do("void", "K-02", "2026-11-03 08:20", "--why", "another man's finger")
    assert "D 白班 11-03: planned 6, present 2, late 0, on leave 0" in plant.do("today")
    with pytest.raises(ConfigurationError, match="has no punch then"):
        plant.do("void", "K-02", "2026-11-03 12:00", "--why", "x")


def test_an_unknown_pin_is_shown_and_given_to_somebody(plant: Site) -> None:
    """A PIN of nobody is kept; once it is somebody's, its punches are, also those of before."""
    plant.punch(("8888", "2026-11-03 07:50"))
    assert "PIN 8888 is nobody's: 1 punches; chili-edge people pin 8888 WORKER" in plant.do("today")
    plant.do("pin", "8888", "S-02", "--why", "enrolled under a wrong number")
    lines = plant.do("today")
    assert not any("8888" in line for line in lines)
    assert "D 白班 11-03: planned 6, present 4, late 1, on leave 0" in lines


def test_a_punch_of_the_year_2000_is_a_question(plant: Site) -> None:
    """A time that cannot be is shown until somebody says when it was."""
    plant.punch(("0003", "2000-01-01 00:03"))
    assert any("a time that cannot be" in line for line in plant.do("questions"))


def test_the_payroll_sheet(plant: Site, tmp_path: Path) -> None:
    """A workbook with hours by class, pay by the hour, and room for a signature; only its owner may read it."""
    presses = [(f"2026-11-{n:02d} 07:55", f"2026-11-{n:02d} 19:01") for n in (3, 4, 5, 6, 7)]
    plant.now = "2026-11-30 12:00"
    plant.punch(*(("0001", time) for both in presses for time in both))
    (said,) = plant.do("month", "2026-11", "-o", str(tmp_path / "pay.xlsx"))
    assert said.endswith("pay.xlsx: 7 workers, 2 open questions")
    assert stat.S_IMODE((tmp_path / "pay.xlsx").stat().st_mode) == 0o600
    rows = load_workbook(tmp_path / "pay.xlsx").get_sheet_by_index(0).to_python()
    heading = next(row for row in rows if row[0] == "工号 ID")
    li = dict(zip(heading, next(row for row in rows if row[0] == "K-01"), strict=True))
    assert li["姓名 Name"] == "李光红"
    assert (li["正常工时 1×"], li["平日加班 1.5×"], li["合计 Total h"]) == (40.0, 7.5, 47.5)
    assert li["应发(元) Pay"] == pytest.approx(25 * (40 + 7.5 * 1.5))
    assert "签字 Signature" in heading


def test_the_month_as_text_warns_of_the_law(plant: Site) -> None:
    """Hours of everybody, and the limits that somebody is near or past."""
    presses = [(f"2026-11-{n:02d} 07:55", f"2026-11-{n:02d} 21:01") for n in range(2, 8)]
    plant.now = "2026-11-07 22:00"
    plant.punch(*(("0501", time) for both in presses for time in both))
    lines = plant.do("month")
    assert "S-01: week is past the limit on 2026-11-05: 46 of 44 h" in lines
    assert any(line.split()[0] == "K-01" for line in lines)


def test_a_new_roster_changes_nothing_of_before(plant: Site) -> None:
    """Who is not on it has left, who has another shift has it from that day; the past stays as it was planned."""
    text = ROSTER.replace("0501,郑国洪,seasonal,prep,D", '0501,郑国洪,seasonal,prep,"C,C"')
    text = "\n".join(line for line in text.splitlines() if "赵大山" not in line)
    (plant.folder / "new.csv").write_text(text, encoding="utf-8")
    said, _ = plant.do("import", str(plant.folder / "new.csv"), "--since", "2026-11-04")
    assert said == "from 2026-11-04: 0 are new, 1 are changed, 1 have left"
    assert "D 白班 11-03: planned 6, present 3, late 1, on leave 0" in plant.do("today")
    plant.now = "2026-11-04 09:00"
    assert "D 白班 11-04: planned 4, present 0, late 0, on leave 0" in plant.do("today")


def test_a_bad_roster_leaves_the_old_one(plant: Site) -> None:
    """Every fault is named by its row, without what is somebody's, and nothing is changed."""
    (plant.folder / "new.csv").write_text("pin,name,kind,team,shift\n1 2,机密,temp,,X\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        plant.do("import", str(plant.folder / "new.csv"))
    assert len(error.value.faults) == 4
    assert "机密" not in str(error.value)
    assert "planned 6" in " ".join(plant.do("today"))


def test_files_of_a_terminal_are_taken_once(plant: Site) -> None:
    """A USB log counts with what was pushed; the same file again brings nothing new."""
    log = plant.folder / f"{SERIAL}_attlog.dat"
    log.write_bytes(
        b"     0001\t2026-11-03 07:55:00\t1\t0\t1\t0\r\n     0003\t2026-11-03 07:58:01\t1\t0\t1\t0\r\nhalf\r\n"
    )
    assert plant.do("load", str(log)) == [
        f"{log}: 2 punches, 1 of them new",
        f"left out: {log}:3:1: punch: not tab separated",
    ]
    assert plant.do("load", str(log))[0] == f"{log}: 2 punches, 0 of them new"
    table = plant.folder / "list.csv"
    table.write_bytes("考勤号,姓名,时间\n0502,冉红梅,2026/11/03 07:59:00\n0503,田水生,noon\n".encode("gbk"))
    lines = plant.do("load", str(table), "--terminal", "GATE")
    assert lines == [f"{table}: 1 punches, 1 of them new", f"left out: {table}:3:3: time: is no time"]
    assert "D 白班 11-03: planned 6, present 5, late 1, on leave 0" in plant.do("today")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"no log\r\n" * 10, b"x" * 31_000_000])
def test_a_file_that_is_no_log_is_one_line(plant: Site, content: bytes) -> None:
    """Whatever it is, it is said by name."""
    log = plant.folder / f"{SERIAL}_attlog.dat"
    log.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"attlog\.dat"):
        plant.do("load", str(log))


def test_all_that_is_kept_of_a_worker(plant: Site) -> None:
    """The export has the roster's line, punches, decisions, and who looked."""
    plant.do("leave", "K-01", "2026-11-05", "--why", "wedding")
    out = plant.folder / "li.json"
    plant.do("export", "K-01", "-o", str(out))
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["worker"]["name"] == "李光红"
    assert [punch["time"] for punch in found["punches"]] == [str(ns("2026-11-03 07:55"))]
    assert found["decisions"][0]["why"] == "wedding"
    assert [look["what"] for look in found["looked_at"]] == ["leave", "export"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_worker_is_erased(plant: Site) -> None:
    """Nothing of them is left, and a terminal that sends its memory again does not bring them back."""
    plant.do("leave", "K-01", "2026-11-05", "--why", "wedding")
    with pytest.raises(ConfigurationError, match="the wage ledger needs"):
        plant.do("erase", "K-01", "--why", "asked for it")
    said = plant.do("erase", "K-01", "--why", "asked for it", "--now")
    assert said == ["K-01: erased, with 1 punches and 1 decisions"]
    plant.punch(*DAY)
    records = plant.records()
    assert [punch.pin for punch in records.punches(0, ns("2027-01-01"))] == ["0501", "0002"]
    assert records.entries() == []
    assert "K-01" not in [worker.id for worker in records.roster()]
    records.close()
    with pytest.raises(ConfigurationError, match="K-01: is on no roster"):
        plant.do("history", "K-01")
    assert any(line.endswith("erase: asked for it  K-01") for line in plant.do("accesses"))


def test_every_look_is_logged(plant: Site) -> None:
    """Who looked at what, and about whom, is in the access log, oldest first."""
    plant.do("today")
    plant.do("history", "0002")
    lines = plant.do("accesses")
    assert [line.split("  ", 1)[1] for line in lines] == [
        "boss  import roster  everybody",
        "boss  today  everybody",
        "boss  history  K-02",
        "boss  accesses  everybody",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("history", "nobody"), "nobody: is on no roster"),
        (("punch", "K-01", "2026-11-03 08:00", "--why", " "), "--why: say why"),
        (("punch", "K-01", "2027-11-03 12:00", "--why", "x"), "is still to come"),
        (("punch", "K-01", "noon", "--why", "x"), "noon is not a time like 2026-08-03 07:55"),
        (("shift", "K-01", "2026-11-03", "X", "--why", "x"), "X: no such shift; there are: D, C"),
        (("leave", "K-01", "2026-11-03", "2026-11-01", "--why", "x"), "a leave ends after it begins"),
        (("confirm", "K-01", "2026-11-03", "X", "--why", "x"), "X: no such shift"),
        (("approve", "K-01", "2026-11-03", "9999", "--why", "x"), "9999 is not a number of minutes"),
        (("month", "2026-13"), "2026-13 is not a month like 2026-09"),
        (("load", "list.txt"), "--terminal SERIAL"),
        (("load", "nothing_attlog.dat"), "cannot be read"),
        (("month", "-o", "/nowhere/pay.xlsx"), "--output: cannot write /nowhere/pay.xlsx"),
    ],
)
def test_what_cannot_be_done_is_one_line(plant: Site, arguments: tuple[str, ...], said: str) -> None:
    """A wrong argument is a usage error that says what is wrong."""
    with pytest.raises(ConfigurationError, match=said):
        plant.do(*arguments)


def test_the_command_line(plant: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """The commands are there from the shell, with their exit codes; a site without people says so."""
    config = str(plant.folder / "edge.yaml")
    assert main(["people", "terminals", "-c", config]) == 0
    assert main(["people", "history", "nobody", "-c", config]) == 2
    assert capsys.readouterr().err == "nobody: is on no roster\n"
    text = (plant.folder / "edge.yaml").read_text(encoding="utf-8")
    (plant.folder / "bare.yaml").write_text(text[: text.index("people:")], encoding="utf-8")
    assert main(["people", "today", "-c", str(plant.folder / "bare.yaml")]) == 2
    assert "edge.yaml has no people: block" in capsys.readouterr().err


def test_names_are_only_in_what_was_asked_for(plant: Site) -> None:
    """Nothing in the node's folder can be read by its name, but for the roster that was given and is to be deleted."""
    plant.do("leave", "K-01", "2026-11-05", "--why", "wedding")
    for file in (plant.folder / "var").rglob("*"):
        content = file.read_bytes()
        for text in (*NAMES, "K-01", "wedding"):
            assert text.encode() not in content, file


def test_a_row_of_days_does_not_begin_anew_with_the_month(tmp_path: Path) -> None:
    """June 2026 begins on a Monday: who worked all week before it is at seven in a row already."""
    plant = site(tmp_path, "2026-06-01 10:00", roster=ROSTER.replace(",D,K-01", ',"D,D,D",K-01'))
    days = [f"2026-05-{n:02d}" for n in range(27, 32)]
    plant.punch(*(("0001", f"{day} {time}") for day in days for time in ("07:55", "17:31")))
    plant.punch(("0001", "2026-06-01 07:55"))
    assert any(line.startswith("K-01: row comes near") and "2026-06-02" in line for line in plant.do("today"))


def test_a_look_is_within_a_year(plant: Site) -> None:
    """A span the wrong way round or of centuries is said, as are days that no plant has seen."""
    for first in ("2026-11-04", "2024-01-01"):
        with pytest.raises(ConfigurationError, match="--from"):
            plant.do("questions", "--from", first, "--until", "2026-11-03")
    for arguments in (
        ("today", "--date", "9999-12-31"),
        ("month", "0001-01"),
        ("import", "x", "--since", "0001-01-01"),
    ):
        with pytest.raises(ConfigurationError, match="is not a"):
            plant.do(*arguments)


def test_a_pin_is_not_taken_from_who_has_it(plant: Site) -> None:
    """A PIN on the roster goes to another one only after its worker's last day, and must be one."""
    with pytest.raises(ConfigurationError, match="0001: is the PIN of K-01 now"):
        plant.do("pin", "0001", "S-02", "--why", "typed wrong")
    with pytest.raises(ConfigurationError, match="1 to 24 letters or digits"):
        plant.do("pin", "<b>", "S-02", "--why", "x")
    roster = plant.folder / "left.csv"
    roster.write_text("\n".join(line for line in ROSTER.splitlines() if "K-01" not in line), encoding="utf-8")
    plant.do("import", str(roster), "--since", "2026-11-05")
    with pytest.raises(ConfigurationError, match="K-01 until 2026-11-04: --since must be a day after it"):
        plant.do("pin", "0001", "S-02", "--since", "2026-11-04", "--why", "x")
    assert plant.do("pin", "0001", "S-02", "--since", "2026-11-05", "--why", "his card now")


def test_what_cannot_be_decided_is_said(plant: Site) -> None:
    """Nothing is undone twice, and nobody swaps with themselves."""
    plant.do("leave", "K-03", "2026-11-03", "--why", "fever")
    plant.do("undo", "1", "--why", "x")
    with pytest.raises(ConfigurationError, match="1: is undone already"):
        plant.do("undo", "1", "--why", "x")
    with pytest.raises(ConfigurationError, match="K-01: nobody exchanges"):
        plant.do("swap", "K-01", "0001", "2026-11-03", "--why", "x")


def test_days_of_a_pin_are_told_again(plant: Site) -> None:
    """When it is given, and when that is undone; those of a clock that was reset are not days."""
    plant.punch(("8888", "2026-10-20 07:50"), ("8888", "2000-01-03 00:01"))
    records = plant.records()
    records.keep_told({}, records.touched()[1])
    plant.do("pin", "8888", "S-02", "--why", "x")
    given, until = records.touched()
    records.keep_told({}, until)
    plant.do("undo", "1", "--why", "x")
    undone = records.touched()[0]
    records.close()
    assert [[str(day) for day in days] for days in (given, undone)] == [["2026-10-20"]] * 2


def test_times_as_excel_writes_them(plant: Site) -> None:
    """A list of punches has been through Excel: slashes, no leading zeros, no seconds."""
    times = (
        "2026/11/3 7:50",
        "2026-11-02 07:50:01",
        "2026.11.1 7:50:02",
        "2026-11-03",
        "3.11.2026 7:50",
        "2026-11-31 07:50",
    )
    file = plant.folder / "list.csv"
    file.write_text("pin,time\n" + "".join(f"0503,{time}\n" for time in times), encoding="utf-8")
    said = plant.do("load", str(file), "--terminal", SERIAL)
    assert said[0].endswith("3 punches, 3 of them new")
    assert [line.rpartition("list.csv:")[2] for line in said[1:]] == [
        "5:2: time: is no time",
        "6:2: time: is no time",
        "7:1: punch: a time that does not exist",
    ]


def test_who_is_erased_may_come_back_by_a_file(tmp_path: Path) -> None:
    """A roster that edge.yaml names is read at each start: the command says so."""
    plant = site(tmp_path, extra="  roster: roster.csv\n")
    said = plant.do("erase", "K-01", "--why", "asked")
    assert said[-1].startswith("take K-01 out of ")
    assert said[-1].endswith("the node reads it at each start")


def test_every_punch_that_does_not_count_is_said(plant: Site) -> None:
    """Two in one minute are two decisions, and both can be undone."""
    plant.punch(("0002", "2026-11-03 08:20:40"))
    said = plant.do("void", "K-02", "2026-11-03 08:20", "--why", "another man's finger")
    assert [line.partition(":")[0] for line in said] == ["1", "2"]
