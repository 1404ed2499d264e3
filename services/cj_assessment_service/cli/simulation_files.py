"""A simulation as files, in memory. Loaded only when there is one: plots are slow to load."""

from cj_assessment_service.cli.output import ResultFile
from cj_assessment_service.domain.simulations import SimulationResult
from cj_assessment_service.reports.simulation_report import simulation_html
from cj_assessment_service.reports.simulation_tables import curves_csv, simulation_json


def simulation_files(result: SimulationResult) -> tuple[ResultFile, ...]:
    return (
        ResultFile("curves.csv", curves_csv(result).encode()),
        ResultFile("summary.json", simulation_json(result).encode()),
        ResultFile("report.html", simulation_html(result).encode()),
    )
