"""Which essays can be compared at all, directly or through others."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from cj_assessment_service.cj_core_logic.scoring.arrays import IntArray


def components_of(first: IntArray, second: IntArray, essays: int) -> IntArray:
    """The connected part each of the `essays` belongs to, shape (essays,), where each `first` was compared with its
    `second`: 0 is the largest, equal ones stand by their first essay.
    """
    graph = coo_array((np.ones(len(first)), (first, second)), shape=(essays, essays))
    count, label = connected_components(graph, directed=False)
    sizes = np.bincount(label, minlength=count)
    _, first_member = np.unique(label, return_index=True)
    number = np.empty(count, dtype=np.intp)
    number[np.lexsort((first_member, -sizes))] = np.arange(count)
    return number[label]
