"""Products of matrices given as lists."""

from __future__ import annotations

from typing import Any

from ..engine.numbers import scalar
from ..engine.table import dot
from .trees import array, is_array

__all__ = ["matmul"]


def matmul(a: Any, b: Any) -> Any:
    """The product of two matrices, of a matrix and a vector, or of two vectors; each number in it is one `dot`.

    Args:
        a: A matrix, as a list of its rows, or a vector, as a list; of numbers and Values in any mixture.
        b: The same; as many rows as a has columns. A vector stands for a row on the left, for a column on the right.

    Returns:
        A list of rows; a list where one of them is a vector; one number where both are. If a or b is an array of
        NumPy's, what NumPy gives for both.

    Raises:
        TypeError: One of them is no list, or has something else in it than numbers and Values.
        ValueError: The sizes do not fit, or rows of one matrix differ in length.

    >>> matmul([[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0])
    [17.0, 39.0]
    >>> matmul([[1.0, 2.0]], [[3.0], [4.0]])
    [[11.0]]
    """
    if is_array(a) or is_array(b):
        return array(a) @ array(b)
    rows = a if _is_matrix("a", a) else [a]
    columns = list(zip(*b, strict=True)) if _is_matrix("b", b) else [b]
    if rows and len(rows[0]) != len(b):
        raise ValueError(f"matmul: sizes that do not fit: a has {len(rows[0])} columns, b has {len(b)} rows")
    rows, columns = [_numbers(row) for row in rows], [_numbers(column) for column in columns]
    product: Any = [[dot(row, column) for column in columns] for row in rows]
    if not _is_matrix("b", b):
        product = [row[0] for row in product]
    return product if _is_matrix("a", a) else product[0]


def _is_matrix(name: str, x: Any) -> bool:
    """Whether it is a list of rows, or else a list of numbers."""
    if not isinstance(x, list | tuple):
        raise TypeError(f"matmul: {name} must be a list of rows or a list of numbers, got {x!r}")
    lengths = {len(row) if isinstance(row, list | tuple) else None for row in x}
    if len(lengths) > 1:
        raise ValueError(f"matmul: the rows of {name} must be equally long, got {x!r}")
    return bool(lengths) and None not in lengths


def _numbers(line: Any) -> list[Any]:
    return [scalar(x, "matmul") for x in line]
