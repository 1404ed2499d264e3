"""The stretches of work on one batch that operators see apart."""

from enum import StrEnum


class Stage(StrEnum):
    """What a process does for a batch; a wave has its planning and its sending in it."""

    PREPARATION = "preparation"
    CONTINUATION = "continuation"
    WAVE = "wave"
    PLANNING = "planning"
    SENDING = "sending"
    FINALISATION = "finalisation"
