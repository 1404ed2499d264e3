"""Whose rows are meant: every row belongs to one organisation, or to none and is then shared by all."""

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from cj_assessment_service.domain.identifiers import OrganisationId

Owner = InstrumentedAttribute[str | None]


def owned_by(owner: Owner, organisation: OrganisationId | None) -> ColumnElement[bool]:
    """Rows of the organisation itself; for None those of nobody."""
    return owner.is_(None) if organisation is None else owner == organisation


def visible_to(owner: Owner, organisation: OrganisationId | None) -> ColumnElement[bool]:
    """Its own rows and the shared ones."""
    return or_(owned_by(owner, organisation), owner.is_(None))
