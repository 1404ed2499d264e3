"""All that is settled when a judge that asks a model is opened."""

import os
from dataclasses import dataclass

from cj_assessment_service.domain.judges import JudgeSpec, RateLimits
from cj_assessment_service.implementations.judges.judges_file import read_judges_file
from cj_assessment_service.implementations.judges.model_endpoint import ModelEndpoint, open_endpoint
from cj_assessment_service.implementations.judges.model_options import ModelOptions, read_options
from cj_assessment_service.implementations.judges.model_prices import ModelPrices


@dataclass(frozen=True, slots=True)
class ModelSetup:
    endpoint: ModelEndpoint
    options: ModelOptions
    prices: ModelPrices


def open_setup(spec: JudgeSpec) -> ModelSetup:
    """From the judge's name, the environment and the judges file. Raises InvalidJudge with the remedy."""
    file = read_judges_file(os.environ)
    endpoint = open_endpoint(spec, os.environ, file.keys)
    limits = file.limits.get(endpoint.provider, RateLimits())
    return ModelSetup(
        endpoint, read_options(spec, endpoint, limits), ModelPrices(endpoint, file.prices.get(endpoint.model))
    )
