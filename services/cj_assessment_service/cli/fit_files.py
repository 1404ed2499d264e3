"""An analysis as files, in memory. Loaded only when there is one: plots are slow to load."""

from cj_assessment_service.cli.output import ResultFile
from cj_assessment_service.domain.analyses import DecisionAnalysis
from cj_assessment_service.reports.fit_report import fit_report_html
from cj_assessment_service.reports.fit_summary import summary_document, summary_json
from cj_assessment_service.reports.fit_tables import items_csv, judges_csv, problems_csv


def fit_files(analysis: DecisionAnalysis, seconds: float) -> tuple[ResultFile, ...]:
    """`problems.csv` only where there are problems."""
    files = [
        ResultFile("items.csv", items_csv(analysis).encode()),
        ResultFile("judges.csv", judges_csv(analysis).encode()),
        ResultFile("summary.json", summary_json(summary_document(analysis, seconds)).encode()),
        ResultFile("report.html", fit_report_html(analysis).encode()),
    ]
    if analysis.source.problems:
        files.append(ResultFile("problems.csv", problems_csv(analysis).encode()))
    return tuple(files)
