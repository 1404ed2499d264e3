"""What programs read of a batch, the same keys in every place."""

from collections.abc import Mapping
from pathlib import Path

from cj_assessment_service.cli.exits import ExitCode
from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.reports.document import Json


def overview_document(overview: BatchOverview) -> Mapping[str, Json]:
    """Where a batch stands. `spent` is in USD, as text; `seconds` run from its creation to its last sign of life."""
    counts = overview.progress
    last = overview.completed_at or overview.last_activity_at
    return {
        "batch": overview.identity.batch_id,
        "status": overview.status.value,
        "state": overview.state.value,
        "stop_reason": overview.stop_reason.value if overview.stop_reason is not None else None,
        "detail": overview.failure_detail,
        "judges": [
            {"judge": member.judge, "role": member.role.value, "share": member.share}
            for member in overview.settings.panel.members
        ],
        "essays": overview.essays_loaded,
        "wave": overview.wave,
        "submitted": counts.submitted,
        "completed": counts.completed,
        "failed": counts.failed,
        "unsent": counts.unsent,
        "reused": overview.reused,
        "budget": counts.budget,
        "reliability": overview.reliability,
        "reliability_limits": list(overview.reliability_limits) if overview.reliability_limits else None,
        "expected_grade_changes": overview.expected_grade_changes,
        "excluded_judges": list(overview.excluded_judges),
        "spent": f"{overview.spent:f}",
        "unpriced": overview.unpriced,
        "prompt_tokens": overview.prompt_tokens,
        "cached_tokens": overview.cached_tokens,
        "seconds": round((last - overview.created_at).total_seconds(), 1),
    }


def outcome_document(overview: BatchOverview, folder: Path, code: ExitCode) -> Mapping[str, Json]:
    """The last line of a run: how it ended, and where the results are."""
    return {**overview_document(overview), "output": str(folder), "exit_code": code.value}
