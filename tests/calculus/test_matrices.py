"""Products of matrices given as lists."""

from __future__ import annotations

from typing import Any

import pytest
from extras import numpy as np

from autograd_lite import Value, grad, jacobian, matmul
from autograd_lite.engine.passes import topological_order

A, B = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[1.0, -1.0], [0.5, 2.0], [0.25, 3.0]]
ROW, COLUMN = [2.0, -1.0], [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("a", "b"), [(A, B), (B, A), (A, COLUMN), (ROW, A), (ROW, ROW), ([[2.0]], [3.0]), (tuple(map(tuple, A)), B)]
)
def test_products_are_numpys(a: Any, b: Any) -> None:
    product = matmul(a, b)
    want = np.array(a) @ np.array(b)
    assert product == want.tolist()
    assert np.shape(product) == want.shape
    assert np.array_equal(matmul(np.array(a), b), want)
    assert np.array_equal(matmul(a, np.array(b)), want)


def test_each_number_is_one_node() -> None:
    a = [[Value(x) for x in row] for row in A]
    product = matmul(a, B)
    assert [[x.op for x in row] for row in product] == [["dot"] * 2] * 2
    assert len(topological_order(*product[0], *product[1])) == 6 + 4


def test_derivatives_of_products() -> None:
    upstream = [[1.0, -2.0], [3.0, 0.5]]  # of Σ uᵢⱼ (AB)ᵢⱼ: by A it is uBᵀ, by B it is Aᵀu

    def f(a: Any, b: Any) -> Any:
        return sum(u * x for us, xs in zip(upstream, matmul(a, b), strict=True) for u, x in zip(us, xs, strict=True))

    by_a, by_b = grad(f, (0, 1))(A, B)
    assert by_a == (np.array(upstream) @ np.array(B).T).tolist()
    assert by_b == (np.array(A).T @ np.array(upstream)).tolist()
    assert jacobian(lambda x: matmul(A, x))(COLUMN) == A
    assert matmul([[Value(2.0), 1.0]], [3.0, 4.0])[0].data == 10.0


@pytest.mark.parametrize(
    ("a", "b", "kind", "message"),
    [
        (A, A, ValueError, "sizes that do not fit: a has 3 columns, b has 2 rows"),
        (A, ROW, ValueError, "sizes that do not fit: a has 3 columns, b has 2 rows"),
        (ROW, COLUMN, ValueError, "sizes that do not fit: a has 2 columns, b has 3 rows"),
        ([[1.0], [1.0, 2.0]], [1.0], ValueError, r"the rows of a must be equally long, got \[\[1.0\], \[1.0, 2.0\]\]"),
        ([1.0], [[1.0], 2.0], ValueError, "the rows of b must be equally long"),
        (2.0, A, TypeError, "a must be a list of rows or a list of numbers, got 2.0"),
        (A, "text", TypeError, "b must be a list of rows or a list of numbers, got 'text'"),
        ([["a"]], [1.0], TypeError, "needs a real number, got 'a'"),
        ([[[1.0]]], [1.0], TypeError, r"needs a real number, got \[1.0\]"),
    ],
)
def test_what_is_no_product_is_refused(a: Any, b: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match="matmul: " + message):
        matmul(a, b)
