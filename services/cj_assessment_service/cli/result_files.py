"""A result as files, in memory. Loaded only when there is one: plots and workbooks are slow to load."""

from collections.abc import Collection

from cj_assessment_service.cli.output import ResultFile
from cj_assessment_service.domain.disclosures import Disclosure
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.reports.csv_tables import decisions_csv, essays_csv, judges_csv
from cj_assessment_service.reports.disclosure import disclosure_json
from cj_assessment_service.reports.document import result_json
from cj_assessment_service.reports.html import report_html
from cj_assessment_service.reports.workbook import result_xlsx


def result_files(
    result: AssessmentResult, disclosure: Disclosure, notices: tuple[str, ...], formats: Collection[str]
) -> tuple[ResultFile, ...]:
    """The files of these formats."""
    files: list[ResultFile] = []
    if "json" in formats:
        files.append(ResultFile("result.json", result_json(result).encode()))
    if "csv" in formats:
        files.append(ResultFile("essays.csv", essays_csv(result).encode()))
        files.append(ResultFile("decisions.csv", decisions_csv(result.comparisons).encode()))
        files.append(ResultFile("judges.csv", judges_csv(result).encode()))
    if "xlsx" in formats:
        files.append(ResultFile("result.xlsx", result_xlsx(result)))
    if "html" in formats:
        files.append(ResultFile("report.html", report_html(result, notices, disclosure).encode()))
    if "disclosure" in formats:
        files.append(ResultFile("disclosure.json", disclosure_json(disclosure).encode()))
    return tuple(files)
