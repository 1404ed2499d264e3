"""Fixtures every test may use."""

import os

from cj_assessment_service.tests.fixtures.application import application
from cj_assessment_service.tests.fixtures.database import (
    cj_infra,
    database_server_url,
    session_provider,
    test_db_engine,
)
from cj_assessment_service.tests.fixtures.kafka import faulty_kafka, kafka, mock_kafka
from cj_assessment_service.tests.fixtures.repositories import (
    anchor_repository,
    batch_repository,
    comparison_repository,
    essay_repository,
    grade_projection_repository,
    instruction_repository,
    postgres_data_access,
)

# as in the console command; the tests run on all cores already
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__all__ = [
    "anchor_repository",
    "application",
    "batch_repository",
    "cj_infra",
    "comparison_repository",
    "database_server_url",
    "essay_repository",
    "faulty_kafka",
    "grade_projection_repository",
    "instruction_repository",
    "kafka",
    "mock_kafka",
    "postgres_data_access",
    "session_provider",
    "test_db_engine",
]
