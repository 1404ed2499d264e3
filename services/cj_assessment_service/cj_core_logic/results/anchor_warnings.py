"""What somebody must know about the anchors before relying on the grades."""

from collections.abc import Sequence

from cj_assessment_service.domain.grades import AnchorCheck, Calibration

MOST_NAMED = 5
"""Longer lists end in a count; the tables of the result name them all."""

FEWEST_CHECKED = 4
"""Fewer anchors say too little about each other."""

ADJACENT_ENOUGH = 0.8
"""Share of anchors that the others should project at most one grade off."""


def anchor_warnings(calibration: Calibration) -> tuple[str, ...]:
    """Empty when the anchors agree with their grades and with each other."""
    found = []
    if calibration.inversions:
        grades = {anchor.essay_id: anchor.grade for anchor in calibration.anchors}
        pairs = [
            f"{one.better} ({grades[one.better]}) below {one.worse} ({grades[one.worse]})"
            for one in calibration.inversions
        ]
        count = len(pairs)
        start = "1 pair of anchors was" if count == 1 else f"{count} pairs of anchors were"
        found.append(f"{start} judged against their grades: {_listed(pairs)}.")
    if drifting := [f"{anchor.essay_id} ({anchor.grade})" for anchor in calibration.drifting]:
        found.append(
            f"The comparisons contradict the known grade of {_listed(drifting)}. The grades of all others hardly rest on"
            " it; check the grade and the text."
        )
    if calibration.check is not None:
        found.extend(_check_warnings(calibration.check))
    return tuple(found)


def _check_warnings(check: AnchorCheck) -> tuple[str, ...]:
    checked = sum(anchor.projected is not None for anchor in check.anchors)
    if checked < FEWEST_CHECKED or check.adjacent >= ADJACENT_ENOUGH:
        return ()
    warning = (
        f"The anchors predict each other badly: projected from the others, only {check.adjacent:.0%} of them come within"
        " one grade of their own. Do not use the grades without reading the essays."
    )
    return (warning,)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
