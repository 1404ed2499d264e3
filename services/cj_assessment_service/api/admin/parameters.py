"""Parameters the admin routes share."""

from typing import Annotated

from litestar.params import Parameter

from cj_assessment_service.wire.http import NAME_PATTERN

AssignmentInPath = Annotated[str, Parameter(max_length=100, pattern=NAME_PATTERN)]
CourseInPath = Annotated[str, Parameter(max_length=50, pattern=NAME_PATTERN)]
GradeScaleInQuery = Annotated[str | None, Parameter(max_length=50, pattern=NAME_PATTERN)]
Page = Annotated[int, Parameter(ge=1, le=1_000_000)]
PageSize = Annotated[int, Parameter(ge=1, le=200)]
