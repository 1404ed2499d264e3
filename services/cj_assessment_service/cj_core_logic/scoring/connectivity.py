"""Which essays can be compared at all, directly or through others."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from cj_assessment_service.cj_core_logic.scoring.design import Design, IntArray


def components_of(design: Design) -> IntArray:
    """The connected part each essay belongs to, shape (n,): 0 is the largest, equal ones stand by their first id."""
    n = len(design.essays)
    graph = coo_array((design.total, (design.first, design.second)), shape=(n, n))
    count, label = connected_components(graph, directed=False)
    sizes = np.bincount(label, minlength=count)
    _, first_member = np.unique(label, return_index=True)
    number = np.empty(count, dtype=np.intp)
    number[np.lexsort((first_member, -sizes))] = np.arange(count)
    return number[label]
