"""Out to ONNX: a recorded program as a file that ONNX Runtime computes in double precision."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from ...calculus.trees import is_array, is_structure, parts, rebuilt
from ...engine import table as ops
from ...engine.operation import Operation
from ...engine.value import Value
from ..primitives import AND, CBRT, FREXP_EXPONENT, FREXP_FRACTION, FSUM, LDEXP, OR, POW, REMAINDER
from ..program import EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, NOT_EQUAL
from .array_plan import Arrays
from .exported import Exported, is_input, name_of

#: The set of operators, and the version of the format, that files are written in.
OPSET, FORMAT = 18, 9
LN_2, LN_10 = math.log(2.0), math.log(10.0)


def to_onnx(f: Callable[..., Any], path: str | os.PathLike[str], *example: Any) -> None:
    """Write a function of plain scalar loops as an ONNX file, whose inputs and outputs are of double precision.

    Inputs are called as the arguments of f, parts of them as in Python, such as ``w['b']`` or ``w[0]``; lists of
    numbers and arrays are tensors. The output is called ``output``, parts of it ``output[0]``, and so on.

    Args:
        f: A function of numbers, lists, tuples, dicts, dataclasses and NumPy arrays. Floats and arrays of the example
            are inputs, whole numbers and all else are constants, as Values that f reads besides are.
        path: The file, whose folder exists.
        example: Arguments of f, of the shapes of the inputs.

    Raises:
        ImportError: onnx is not installed.
        TypeError: f takes a branch on its numbers, cannot be recorded, or has a row that ONNX Runtime does not compute
            in double precision: ``arcsin``, ``arccos``, ``arctan``, ``arctan2``, ``erf``, ``erfc``, ``normal_cdf``,
            ``gelu``, ``lgamma``, ``digamma``, ``betaln`` and ``round_to``; or the example has no float in it,
            or the result no number.
        ValueError: The program is too large.
        OSError: The file cannot be written.

    >>> to_onnx(lambda x, y: x * y, "area.onnx", 2.0, 3.0)  # doctest: +SKIP
    """
    try:
        import onnx
    except ImportError:
        raise ImportError("to_onnx: onnx is not installed: pip install onnx") from None
    exported = Exported(f, example, "to_onnx")
    graph = Graph(onnx)
    args = [graph.input(x, name) for x, name in zip(example, exported.names, strict=True)]
    numbers = exported.planned(graph, has_slopes=False)(graph.units(exported.units(args)))
    graph.output(exported.write(numbers), "output")
    if not graph.outputs:
        raise TypeError(f"to_onnx: {name_of(f)} returns no number, and a file must have an output")
    onnx.save(graph.model(getattr(f, "__name__", "program")), os.fspath(path))


class Tensor:
    """A tensor of a graph, for Python's operators."""

    def __init__(self, graph: Graph, name: str, shape: tuple[int, ...], is_truth: bool) -> None:
        self.graph, self.name, self.shape, self.is_truth = graph, name, shape, is_truth

    def __add__(self, other: Any) -> Tensor:
        return self.graph.node("Add", self, other)

    def __radd__(self, other: Any) -> Tensor:
        return self.graph.node("Add", other, self)

    def __sub__(self, other: Any) -> Tensor:
        return self.graph.node("Sub", self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return self.graph.node("Sub", other, self)

    def __mul__(self, other: Any) -> Tensor:
        return self.graph.node("Mul", self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return self.graph.node("Mul", other, self)

    def __truediv__(self, other: Any) -> Tensor:
        return self.graph.node("Div", self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return self.graph.node("Div", other, self)

    def __neg__(self) -> Tensor:
        return self.graph.node("Neg", self)

    def __abs__(self) -> Tensor:
        return self.graph.node("Abs", self)

    def __lt__(self, other: Any) -> Tensor:
        return self.graph.node("Less", self, other)

    def __gt__(self, other: Any) -> Tensor:
        return self.graph.node("Greater", self, other)

    def __ne__(self, other: Any) -> Any:
        return self.graph.differ(self, other)

    __hash__ = object.__hash__

    def __getitem__(self, place: int | slice) -> Tensor:
        if isinstance(place, int):
            return self.graph.lane(self, place)
        start, stop, step = place.indices(self.shape[0])
        return self.graph.strided(self, start, step, len(range(start, stop, step)))

    def reshape(self, shape: tuple[int, ...]) -> Tensor:
        return self.graph.shaped(self, (math.prod(self.shape),) if shape == (-1,) else shape)

    def sum(self) -> Tensor:
        return self.graph.node("ReduceSum", self, shape=(), keepdims=0)


class Graph(Arrays):
    """A graph that grows; numbers among operands become its constants."""

    name = "ONNX Runtime in double precision"

    def __init__(self, onnx: Any) -> None:
        self.onnx, self.helper = onnx, onnx.helper
        self.nodes: list[Any] = []
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []
        self.constants: dict[Any, tuple[str, Any]] = {}
        self.functions = _functions(self)

    def model(self, name: str) -> Any:
        """The whole, checked."""
        initializers = [tensor for _, tensor in self.constants.values()]
        graph = self.helper.make_graph(self.nodes, name, self.inputs, self.outputs, initializers)
        model = self.helper.make_model(
            graph,
            opset_imports=[self.helper.make_opsetid("", OPSET)],
            ir_version=FORMAT,
            producer_name="autograd_lite",
        )
        self.onnx.checker.check_model(model)
        return model

    # --- Inputs and outputs ---

    def input(self, example: Any, name: str) -> Any:
        """An argument like an example, of tensors; what is no input stays as it is."""
        if is_input(example):
            return self._input(name, tuple(getattr(example, "shape", ())))
        if isinstance(example, list | tuple) and example and set(map(type, example)) <= {float, Value}:
            return self._input(name, (len(example),))
        if is_array(example) and example.dtype == object:
            return self.input(example.tolist(), name)
        if not is_structure(example):
            return example
        names = iter(
            [f"{name}[{key!r}]" for key in (example if isinstance(example, dict) else range(len(parts(example))))]
        )
        return rebuilt(example, lambda part: self.input(part, next(names)))

    def _input(self, name: str, shape: tuple[int, ...]) -> Tensor:
        self.inputs.append(self.helper.make_tensor_value_info(name, self.onnx.TensorProto.DOUBLE, shape))
        return Tensor(self, name, shape, False)

    def output(self, result: Any, name: str) -> None:
        """A result, its parts by their names."""
        if isinstance(result, int | float) and not isinstance(result, bool):
            result = self.node("Identity", float(result))
        numbers = isinstance(result, list | tuple) and all(isinstance(x, Tensor) and x.shape == () for x in result)
        if numbers and len({x.is_truth for x in result}) == 1:  # a tensor holds no numbers beside truths
            result = self.joined(result)
        if isinstance(result, Tensor):
            kind = self.onnx.TensorProto.BOOL if result.is_truth else self.onnx.TensorProto.DOUBLE
            self.nodes.append(self.helper.make_node("Identity", [result.name], [name]))
            self.outputs.append(self.helper.make_tensor_value_info(name, kind, result.shape))
        elif is_structure(result):
            keys = result if isinstance(result, dict) else range(len(parts(result)))
            for key, part in zip(keys, parts(result), strict=True):
                self.output(part, f"{name}[{key!r}]")

    def units(self, inputs: Sequence[Any]) -> list[Any]:
        """The inputs of a program as tensors of at most one axis."""
        return [self.shaped(x, () if math.prod(x.shape) == 1 else (math.prod(x.shape),)) for x in inputs]

    # --- Nodes ---

    def node(
        self, kind: str, *operands: Any, shape: tuple[int, ...] | None = None, is_truth: bool = False, **attributes: Any
    ) -> Tensor:
        """A new node, of the shape of its largest operand unless another is said."""
        tensors = [self.tensor(x) for x in operands]
        if shape is None:
            shape = max([x.shape for x in tensors], key=len)
        name = f"v{len(self.nodes)}"
        self.nodes.append(self.helper.make_node(kind, [x.name for x in tensors], [name], **attributes))
        return Tensor(self, name, shape, is_truth or kind in _TRUTHS or (kind in _MOVES and tensors[0].is_truth))

    def tensor(self, x: Any) -> Tensor:
        return x if isinstance(x, Tensor) else self._constant([float(x)], ())

    def _constant(self, numbers: Sequence[Any], shape: tuple[int, ...]) -> Tensor:
        kind = self.onnx.TensorProto.DOUBLE if type(numbers[0]) is float else self.onnx.TensorProto.INT64
        key = kind, shape, tuple(map(repr, numbers))
        if key not in self.constants:
            name = f"c{len(self.constants)}"
            self.constants[key] = name, self.helper.make_tensor(name, kind, shape, numbers)
        return Tensor(self, self.constants[key][0], shape, False)

    def _places(self, places: Sequence[int]) -> Tensor:
        return self._constant([*places], (len(places),))

    def shaped(self, x: Tensor, shape: tuple[int, ...]) -> Tensor:
        if x.shape == shape:
            return x
        where = self._places(shape) if shape else Tensor(self, self._no_places(), (0,), False)
        return self.node("Reshape", x, where, shape=shape)

    def _no_places(self) -> str:
        key = "no places"
        if key not in self.constants:
            self.constants[key] = key, self.helper.make_tensor(key, self.onnx.TensorProto.INT64, (0,), [])
        return key

    def constant(self, x: float, like: Any) -> Any:
        return self.tensor(x)

    def literals(self, numbers: Sequence[float], like: Any) -> Any:
        return self._constant([*map(float, numbers)], (len(numbers),))

    def number(self, truth: Any, like: Any) -> Any:
        return self.node("Cast", truth, to=self.onnx.TensorProto.DOUBLE)

    def differ(self, x: Any, y: Any) -> Tensor:
        return self.node("Not", self.node("Equal", x, y))

    def joined(self, arrays: Sequence[Any]) -> Any:
        flat = [self.shaped(self.tensor(x), (math.prod(self.tensor(x).shape),)) for x in arrays]
        if len(flat) == 1:
            return flat[0]
        return self.node("Concat", *flat, shape=(sum([x.shape[0] for x in flat]),), axis=0)

    def repeated(self, x: Any, lanes: int) -> Any:
        return self.node("Expand", x, self._places([lanes]), shape=(lanes,))

    def picked(self, x: Any, places: Sequence[int]) -> Any:
        return self.node("Gather", x, self._places(places), shape=(len(places),), axis=0)

    def strided(self, x: Any, start: int, step: int, count: int) -> Tensor:
        ends = [start], [start + step * count], [0], [step]
        return self.node("Slice", x, *map(self._places, ends), shape=(count,))

    def lane(self, x: Any, place: int) -> Tensor:
        return self.node("Gather", x, self._constant([place], ()), shape=(), axis=0)

    def scattered(self, x: Any, targets: Sequence[int], lanes: int) -> Any:
        nothing = self.repeated(0.0, lanes)
        return self.node("ScatterElements", nothing, self._places(targets), x, shape=(lanes,), axis=0, reduction="add")


#: What gives truths, and what gives the numbers or the truths that it is given.
_TRUTHS = {"Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal", "Not", "And", "Or"}
_MOVES = {"Identity", "Reshape", "Concat", "Expand", "Gather", "Slice"}


def _functions(graph: Graph) -> dict[Operation, Callable[..., Any]]:
    """The table: what ONNX Runtime has in double precision, and what is made of that."""

    def of(kind: str) -> Callable[..., Any]:
        return lambda *operands: graph.node(kind, *operands)

    exp, log, sqrt, tanh, power = of("Exp"), of("Log"), of("Sqrt"), of("Tanh"), of("Pow")
    floor, ceil, rint, larger = of("Floor"), of("Ceil"), of("Round"), of("Max")
    where, equal, both, either = of("Where"), of("Equal"), of("And"), of("Or")

    def expm1(x: Any) -> Any:
        half = tanh(x / 2.0)
        return where(abs(x) < 1.0, 2.0 * half / (1.0 - half), exp(x) - 1.0)

    def log1p(x: Any) -> Any:
        """See W. Kahan, in the HP-15C Advanced Functions Handbook, 1982: the error of 1 + x cancels in the quotient."""
        above = 1.0 + x
        is_exact = either(equal(above, 1.0), equal(above, math.inf))
        return where(is_exact, x, log(above) * x / where(is_exact, 1.0, above - 1.0))

    def sinh(x: Any) -> Any:
        grown = expm1(abs(x))
        return copysign(
            where(abs(x) < 1.0, (grown + grown / (grown + 1.0)) / 2.0, (exp(abs(x)) - exp(-abs(x))) / 2.0), x
        )

    def arcsinh(x: Any) -> Any:
        size = abs(x)
        share = 1.0 / size
        return copysign(log1p(size + size / (share + sqrt(1.0 + share * share))), x)

    def arccosh(x: Any) -> Any:
        above = x - 1.0
        return log1p(above + sqrt(2.0 * above + above * above))

    def copysign(x: Any, y: Any) -> Any:
        return where(either(y < 0.0, both(equal(y, 0.0), 1.0 / y < 0.0)), -abs(x), abs(x))

    def modulo(x: Any, y: Any) -> Any:
        rest = graph.node("Mod", x, y, fmod=1)
        differs = either(both(rest < 0.0, y > 0.0), both(rest > 0.0, y < 0.0))
        return where(differs, rest + y, rest)

    def norm(xs: Sequence[Any]) -> Any:
        largest = reduce(larger, map(abs, xs))
        size = where(largest > 0.0, largest, 1.0)
        return size * sqrt(reduce(Tensor.__add__, [(x / size) * (x / size) for x in xs]))

    def exponent(x: Any) -> Any:
        size = where(equal(x, 0.0), 1.0, abs(x))
        guess = floor(log(size) / LN_2) + 1.0
        share = size / power(2.0, guess)
        guess = guess + where(share < 0.5, -1.0, where(share < 1.0, 0.0, 1.0))
        return where(equal(x, 0.0), 0.0, guess)

    def added(xs: Sequence[Any]) -> Any:
        return reduce(lambda x, y: x + y, xs)

    plain = {
        ops.add: "Add", ops.subtract: "Sub", ops.multiply: "Mul", ops.divide: "Div", ops.negative: "Neg",
        ops.positive: "Identity", ops.stop_gradient: "Identity", ops.abs: "Abs", ops.sign: "Sign",
        ops.floor: "Floor", ops.ceil: "Ceil", ops.rint: "Round", ops.maximum: "Max", ops.minimum: "Min",
        ops.where: "Where", ops.relu: "Relu", ops.sigmoid: "Sigmoid", ops.exp: "Exp", ops.log: "Log",
        ops.sqrt: "Sqrt", ops.sin: "Sin", ops.cos: "Cos", ops.tanh: "Tanh", POW: "Pow", AND: "And", OR: "Or",
        LESS: "Less", LESS_EQUAL: "LessOrEqual", GREATER: "Greater", GREATER_EQUAL: "GreaterOrEqual", EQUAL: "Equal",
    }  # fmt: skip
    return {
        **{operation: of(kind) for operation, kind in plain.items()},
        NOT_EQUAL: graph.differ,
        ops.copysign: copysign,
        ops.trunc: lambda x: where(x < 0.0, ceil(x), floor(x)),
        ops.mod: modulo,
        ops.floor_divide: lambda x, y: rint((x - modulo(x, y)) / y),
        ops.expm1: expm1,
        ops.exp2: lambda x: power(2.0, x),
        ops.log1p: log1p,
        ops.log2: lambda x: log(x) / LN_2,
        ops.log10: lambda x: log(x) / LN_10,
        ops.tan: lambda x: graph.node("Sin", x) / graph.node("Cos", x),
        ops.sinh: sinh,
        ops.cosh: lambda x: (exp(x) + exp(-x)) / 2.0,
        ops.arcsinh: arcsinh,
        ops.arccosh: arccosh,
        ops.arctanh: lambda x: log1p(2.0 * x / (1.0 - x)) / 2.0,
        ops.hypot: lambda x, y: norm([x, y]),
        ops.norm: norm,
        ops.sum: added,
        ops.mean: lambda xs: added(xs) / float(len(xs)),
        ops.dot: lambda xs, ys: added([x * y for x, y in zip(xs, ys, strict=True)]),
        ops.affine: lambda xs, ys, z: added([z, *[x * y for x, y in zip(xs, ys, strict=True)]]),
        CBRT: lambda x: copysign(power(abs(x), 1.0 / 3.0), x),
        FREXP_EXPONENT: exponent,
        FREXP_FRACTION: lambda x: x / power(2.0, exponent(x)),
        LDEXP: lambda x, n: x * power(2.0, n),
        FSUM: added,
        REMAINDER: lambda x, y: x - y * rint(x / y),
    }
