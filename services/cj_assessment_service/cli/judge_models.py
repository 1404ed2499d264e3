"""Simulated judges as they are written on the command line."""

from collections.abc import Mapping

import click

from cj_assessment_service.domain.simulations import Grading, JudgeModel, Soft

NUMBERS = ("bias", "error", "discrimination", "ties")
KNOWN = (*NUMBERS, "levels", "grading", "thresholds", "soft", "confidence")


class JudgeModelType(click.ParamType[JudgeModel]):
    """`bias=0.3,error=0.05,levels=6`, each part optional; thresholds are separated by colons."""

    name = "model"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> JudgeModel:
        if isinstance(value, JudgeModel):
            return value
        try:
            return judge_model(str(value))
        except ValueError as error:
            self.fail(f"{error}. Write for example bias=0.3,error=0.05,levels=6.", param, ctx)


def judge_model(text: str) -> JudgeModel:
    """Raises ValueError."""
    given = _parts(text)
    return JudgeModel(
        **{name: float(given[name]) for name in NUMBERS if name in given},
        levels=int(given.get("levels", "2")),
        grading=_grading(given.get("grading", Grading.FULL.value)),
        soft=_soft(given.get("soft", Soft.NONE.value)),
        confidence=_grading(given["confidence"]) if "confidence" in given else None,
        thresholds=tuple(float(cut) for cut in given.get("thresholds", "").split(":") if cut),
    )


def _parts(text: str) -> Mapping[str, str]:
    given: dict[str, str] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise ValueError(f"{part!r} has no value")
        if name in given:
            raise ValueError(f"{name} is given twice")
        if name not in KNOWN:
            raise ValueError(f"a simulated judge knows nothing of {name!r}, only of {', '.join(KNOWN)}")
        given[name] = value
    return given


def _grading(name: str) -> Grading:
    if name not in set(Grading):
        raise ValueError(f"grading is {', '.join(Grading)}, not {name!r}")
    return Grading(name)


def _soft(name: str) -> Soft:
    if name not in set(Soft):
        raise ValueError(f"soft is {', '.join(Soft)}, not {name!r}")
    return Soft(name)
