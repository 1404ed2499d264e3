"""Suspect essays are shown in both orders: a text that speaks to the judge cannot know where it will stand."""

import numpy as np

from cj_assessment_service.cj_core_logic.pairing.history import BoolArray
from cj_assessment_service.cj_core_logic.pairing.outlook import Outlook


def owed_complements(outlook: Outlook) -> BoolArray:
    """Which candidates were asked oftener one way round than the other, may be asked the other way, and hold a suspect
    essay.
    """
    pairs = outlook.candidates
    turned = (pairs.forward > pairs.backward) & pairs.may_backward
    turned |= (pairs.backward > pairs.forward) & pairs.may_forward
    suspect = outlook.is_suspect[pairs.left] | outlook.is_suspect[pairs.right]
    return np.asarray(turned & suspect)
