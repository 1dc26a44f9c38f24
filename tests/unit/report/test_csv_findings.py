"""Findings as CSV."""

import csv
import io

from checker.report import csv as csv_report


def rows_of(scenario):
    return list(csv.DictReader(io.StringIO(csv_report.render(scenario.view, scenario.options()))))


def test_every_finding_unresolved_reference_and_problem_has_a_row(scenario):
    scan = scenario.scan
    rows = rows_of(scenario)
    told = {finding.reference.id for finding in scan.findings if finding.is_about_resolution}
    records = [row["record"] for row in rows]
    assert records.count("finding") == len(scan.findings)
    assert records.count("unresolved") == sum(each.id not in told for each in scan.unresolved)
    assert records.count("problem") == len(scan.problems)
    assert len(rows) == len(records)


def test_no_cell_is_a_formula_or_has_several_lines(scenario):
    for row in rows_of(scenario):
        assert None not in row
        for cell in row.values():
            assert not cell.startswith(("=", "+", "@", "-")) or cell.removeprefix("-").isdecimal()
            assert "\n" not in cell
            assert "\x1b" not in cell


def test_values_of_a_finding(make_scenario):
    rows = rows_of(make_scenario("findings"))
    agent = rows[1]
    assert agent["severity"] == "error"
    assert (agent["file"], agent["line"]) == ("modules/agent/main.tf", "4")
    assert (agent["written_file"], agent["written_line"]) == ("variables.tf", "3")
    assert (agent["eol_date"], agent["days_to_eol"]) == ("2027-02-22", "90")
    assert rows[0]["days_to_eol"] == "-75"
    assert (rows[-1]["status"], rows[-1]["waived_until"]) == ("waived", "2027-01-05")
    assert rows[5]["address"] == ""
