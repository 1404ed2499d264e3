"""The adapter: decisions and what is known of their items, from files of other tools."""

from pathlib import Path

from cj_assessment_service.domain.comparisons import JudgeUsage
from cj_assessment_service.domain.decision_tables import CriterionValue, DecisionTable, KnownGrade
from cj_assessment_service.implementations.decision_files.item_values import read_criterion, read_known_grades
from cj_assessment_service.implementations.decision_files.reading import read_decisions
from cj_assessment_service.implementations.decision_files.usage import read_usage
from cj_assessment_service.protocols import DecisionFilesProtocol


class DecisionFiles(DecisionFilesProtocol):
    """CSV with comma, semicolon, tab or bar, and parquet where pyarrow is installed."""

    def read(self, path: Path) -> DecisionTable:
        return read_decisions(path)

    def read_usage(self, path: Path) -> tuple[JudgeUsage, ...]:
        return read_usage(path)

    def read_known_grades(self, path: Path) -> tuple[KnownGrade, ...]:
        return read_known_grades(path)

    def read_criterion(self, path: Path) -> tuple[CriterionValue, ...]:
        return read_criterion(path)
