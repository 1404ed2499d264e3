"""Batches as an administrator reads them, from any version of the service: what is not known here is kept."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class ToldProgress(_Told):
    status: str | None = None
    completed: int | None = None
    budget: int | None = None
    reliability: float | None = None


class BatchStanding(_Told):
    id: int | None = None
    assignment_id: str | None = None
    essays_loaded: int | None = None
    stop_reason: str | None = None
    detail: str | None = None
    created_at: datetime | None = None
    progress: ToldProgress = ToldProgress()


class BatchStandings(_Told):
    """`next_before` asks for the page after this one, None on the last."""

    items: tuple[BatchStanding, ...]
    next_before: int | None = None
