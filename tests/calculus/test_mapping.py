"""Functions of one sample, mapped over many."""

from __future__ import annotations

from extras import numpy as np

import autograd_lite as al
from autograd_lite import Value, grad, vmap


def test_vmap_maps_lists_arrays_and_structures() -> None:
    assert vmap(lambda x: x * x)([1.0, 2.0]) == [1.0, 4.0]
    assert vmap(lambda x: x[0] + x[1])([[1.0, 2.0], [3.0, 4.0]]) == [3.0, 7.0]
    assert vmap(lambda x: x[0] + x[1], in_axes=1)([[1.0, 2.0], [3.0, 4.0]]) == [4.0, 6.0]
    assert vmap(lambda x, y: (x + y, [x, y]))([1.0, 2.0], [10.0, 20.0]) == ([11.0, 22.0], [[1.0, 10.0], [2.0, 20.0]])
    assert vmap(lambda s: {"y": s["a"] * s["b"]})({"a": [1.0, 2.0], "b": [3.0, 4.0]}) == {"y": [3.0, 8.0]}
    assert vmap(lambda x, w: w * x, in_axes=(0, None))([1.0, 2.0], 10.0) == [10.0, 20.0]
    assert vmap(lambda x: x)([]) == []
    a = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(vmap(lambda row: row * 2)(a), a * 2)
    assert np.array_equal(vmap(np.sum, in_axes=1)(a), a.sum(axis=0))
    assert np.array_equal(vmap(np.sum, in_axes=-1)(a), a.sum(axis=0))
    assert vmap(lambda row: [row[0], row[1]])(a).shape == (2, 2)
    assert vmap(lambda row: (row[0], row))(a)[1].shape == (2, 3)
    per_sample = vmap(grad(lambda w, x: (w * x) ** 2), in_axes=(None, 0))
    assert per_sample(3.0, [1.0, 2.0]) == [6.0, 24.0]
    assert per_sample(3.0, np.array([1.0, 2.0])).tolist() == [6.0, 24.0]
    total = grad(lambda w: al.sum(vmap(lambda x: w * x * x)([1.0, 2.0])))
    assert total(3.0) == 5.0
    values = vmap(lambda x: x * Value(2.0))(np.array([1.0, 2.0]))
    assert values.dtype == object
