"""The folder of results."""

from dataclasses import dataclass
from pathlib import Path

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.reports.csv_tables import decisions_csv, essays_csv
from cj_assessment_service.reports.document import result_json
from cj_assessment_service.reports.html import report_html
from cj_assessment_service.reports.workbook import result_xlsx

FORMATS = ("csv", "xlsx", "json", "html")


@dataclass(frozen=True, slots=True)
class ResultFile:
    name: str
    content: bytes


def result_files(
    result: AssessmentResult, notices: tuple[str, ...], formats: tuple[str, ...]
) -> tuple[ResultFile, ...]:
    """The files of these formats, in memory."""
    files: list[ResultFile] = []
    if "json" in formats:
        files.append(ResultFile("result.json", result_json(result).encode()))
    if "csv" in formats:
        files.append(ResultFile("essays.csv", essays_csv(result).encode()))
        files.append(ResultFile("decisions.csv", decisions_csv(result).encode()))
    if "xlsx" in formats:
        files.append(ResultFile("result.xlsx", result_xlsx(result)))
    if "html" in formats:
        files.append(ResultFile("report.html", report_html(result, notices).encode()))
    return tuple(files)


def write_results(folder: Path, files: tuple[ResultFile, ...]) -> None:
    """Each file is replaced whole, so that nobody ever reads half a file. Raises ConfigurationRejected."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            draft = folder / f".{file.name}.part"
            draft.write_bytes(file.content)
            draft.replace(folder / file.name)
    except OSError as error:
        raise ConfigurationRejected(
            f"The results cannot be written to {folder}: {error.strerror}. They are safe in the database:"
            " `cj results` writes them anywhere."
        ) from error
