"""Derivatives of programs: reverse and forward mode over instructions, whose results are instructions again.

What a row says of its derivatives is explored once, with both sides of each decision, so nothing is frozen: where a
derivative is zero by structure on one side of a decision, an adjoint is selected that was not added to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..engine import table as ops
from .building import Builder, Lane
from .explore import RESULT, Argument, Choice, derivative_recipe
from .program import GATHER, SCATTER, SUM_OF_LANES, Given, Instruction, Number, Structure

#: For each instruction what is known of it: an adjoint or a tangent.
Known = dict[Any, Number]
#: What turns terms of a recipe into operands.
Terms = Callable[[Any], Number]


def pull_back(
    build: Builder, order: Sequence[Instruction], seeds: Iterable[tuple[Lane, Number]], wanted: Sequence[Lane]
) -> tuple[list[Lane], bool]:
    """The derivatives of Σ seed · lane by each of the wanted lanes, and whether decisions may have masked some.

    Args:
        build: What takes the new instructions.
        order: Instructions that hold all that lies between, each after its operands.
        seeds: Lanes of instructions, each with its factor, a number or an instruction of one lane.
        wanted: Lanes of instructions.
    """
    sweep = _Sweep(build, dependents(order, wanted))
    for (x, lane), seed in seeds:
        if type(x) is Instruction and x in sweep.depends:
            sweep.flow_to_lanes(x, [((seed, 0), lane)])
    adjoint: Known = {}
    for instruction in reversed(order):
        if instruction in sweep.depends:
            total = sweep.total(instruction)
            if total is not None:
                adjoint[instruction] = total
                sweep.flow_back(instruction, total)
    return [(adjoint.get(x, 0.0), lane) for x, lane in wanted], sweep.masked


def push_forward(
    build: Builder, order: Sequence[Instruction], seeds: Sequence[tuple[Lane, Number]], wanted: Sequence[Lane]
) -> tuple[list[Lane], bool]:
    """The derivatives of the wanted lanes in the direction that gives each seeded lane its seed; as `pull_back`."""
    tangent: Known = {}
    starts: dict[Any, list[tuple[Lane, int]]] = {}
    for (x, lane), seed in seeds:
        starts.setdefault(x, []).append(((seed, 0), lane))
    masked = False
    for instruction in order:
        if instruction in starts:
            tangent[instruction] = build.scatter(starts[instruction], instruction.lanes)
            continue
        if not any(source in tangent for source in instruction.sources()):
            continue
        if isinstance(instruction.operation, Structure):
            found = _moved(build, instruction, tangent)
            if found is not None:
                tangent[instruction] = found
            continue
        total: Number | None = None
        for operand, tree, terms in edges(build, instruction):
            if tree is not None and operand in tangent:
                masked = masked or type(tree) is Choice
                total = grown(build, tree, total, tangent[operand], terms)
        if total is not None:
            tangent[instruction] = total
    return [(tangent.get(x, 0.0), lane) for x, lane in wanted], masked


def _moved(build: Builder, instruction: Instruction, tangent: Known) -> Number | None:
    """The tangents of what only moves lanes."""
    operation, first = instruction.operation, instruction.operands[0]
    if operation is GATHER:
        assert type(first) is tuple
        of = [tangent.get(x, 0.0) if type(x) is Instruction else 0.0 for x in first]
        return build.gather([(of[source], lane) for source, lane in instruction.table])
    assert type(first) is Instruction
    if operation is SUM_OF_LANES:
        return build.sum_of_lanes(tangent[first], first.lanes)
    if operation is SCATTER:
        terms = [((tangent[first], i), target) for i, target in enumerate(instruction.table)]
        return build.scatter(terms, instruction.lanes)
    return None


class _Sweep:
    """The adjoints on their way back."""

    def __init__(self, build: Builder, depends: set[Any]) -> None:
        self.build, self.depends = build, depends
        self.masked = False
        self._flow: Known = {}  # to all lanes of an instruction
        self._lanes: dict[Any, list[tuple[Lane, int]]] = {}  # to some lanes of it

    def total(self, x: Instruction) -> Number | None:
        """All that has flowed to an instruction; None where nothing has."""
        flow = self._flow.pop(x, None)
        terms = self._lanes.pop(x, None)
        if terms is None:
            return flow
        scattered = self.build.scatter(terms, x.lanes)
        return scattered if flow is None else self.build.apply(ops.add, (flow, scattered))

    def flow_to_lanes(self, x: Instruction, terms: list[tuple[Lane, int]]) -> None:
        """Let lanes of adjoints flow to lanes of an instruction."""
        if x.lanes > 1:
            self._lanes.setdefault(x, []).extend(terms)
            return
        for lane, _ in terms:
            self._add(x, self.build.gather([lane]))

    def flow_back(self, instruction: Instruction, adjoint: Number) -> None:
        """Let an adjoint flow to the operands of an instruction."""
        operation = instruction.operation
        if operation is GATHER:
            picked: dict[int, list[tuple[Lane, int]]] = {}
            for i, (source, lane) in enumerate(instruction.table):
                picked.setdefault(source, []).append(((adjoint, i), lane))
            sources: Any = instruction.operands[0]
            for source, terms in picked.items():
                if sources[source] in self.depends:
                    self.flow_to_lanes(sources[source], terms)
        elif operation is SUM_OF_LANES:
            self._add(instruction.operands[0], adjoint)
        elif operation is SCATTER:
            self._add(instruction.operands[0], self.build.gather([(adjoint, target) for target in instruction.table]))
        elif not isinstance(operation, Structure):
            for operand, tree, terms_of in edges(self.build, instruction):
                if tree is not None and operand in self.depends:
                    self.masked = self.masked or type(tree) is Choice
                    self._spread(instruction, operand, tree, adjoint, terms_of)

    def _spread(self, instruction: Instruction, operand: Instruction, tree: Any, adjoint: Number, terms: Terms) -> None:
        if operand.lanes == instruction.lanes:
            self._flow[operand] = grown(self.build, tree, self._flow.get(operand), adjoint, terms)
        else:
            product = grown(self.build, tree, None, adjoint, terms)
            self._add(operand, self.build.sum_of_lanes(product, instruction.lanes))

    def _add(self, x: Any, adjoint: Number) -> None:
        flow = self._flow.get(x)
        self._flow[x] = adjoint if flow is None else self.build.apply(ops.add, (flow, adjoint))


def grown(build: Builder, tree: Any, flow: Number | None, factor: Number, terms: Terms) -> Number:
    """flow + factor · derivative, with the decisions of the derivative as selections; flow where it is None."""
    if tree is None:
        return 0.0 if flow is None else flow
    if type(tree) is Choice:
        condition = terms(tree.condition)
        if type(condition) is float:
            return grown(build, tree.yes if condition else tree.no, flow, factor, terms)
        sides = [grown(build, side, flow, factor, terms) for side in (tree.yes, tree.no)]
        return build.apply(ops.where, (condition, *sides))
    if type(tree) is float and tree == -1.0:
        row, operands = (ops.negative, (factor,)) if flow is None else (ops.subtract, (flow, factor))
        return build.apply(row, operands)
    product = build.apply(ops.multiply, (factor, terms(tree)))
    return product if flow is None else build.apply(ops.add, (flow, product))


def edges(build: Builder, instruction: Instruction) -> list[tuple[Instruction, Any, Terms]]:
    """Each instruction among the operands with its derivative, a tree, and what turns its terms into instructions."""
    operands = instruction.operands
    first_parameter = len(operands) - instruction.operation.parameters
    given = tuple([x if i >= first_parameter else _pattern(x) for i, x in enumerate(operands)])
    recipe = derivative_recipe(instruction.operation, given)
    made: dict[int, Number] = {}

    def terms(term: Any) -> Number:
        if type(term) is float:
            return term
        if term is RESULT:
            return instruction
        if type(term) is Argument:
            operand: Any = operands[term.operand]
            chosen: Number = operand if term.item is None else operand[term.item]
            return chosen
        found = made.get(id(term))
        if found is None:
            found = made[id(term)] = build.apply(term.operation, [_each(terms, x) for x in term.operands])
        return found

    found: list[tuple[Instruction, Any, Terms]] = []
    for operand, tree in zip(operands, recipe, strict=True):
        if type(operand) is Instruction:
            found.append((operand, tree, terms))
        elif type(operand) is tuple:
            trees = [None] * len(operand) if tree is None else tree
            found += [(x, each, terms) for x, each in zip(operand, trees, strict=True) if type(x) is Instruction]
    return found


def _each(terms: Terms, x: Any) -> Given:
    return tuple([terms(item) for item in x]) if type(x) is tuple else terms(x)


def _pattern(operand: Any) -> Any:
    """What a recipe is asked for: plain numbers count as symbols, so that there is not one recipe for each number."""
    return (None,) * len(operand) if type(operand) is tuple else None


def dependents(order: Iterable[Instruction], wanted: Iterable[Lane]) -> set[Any]:
    """The instructions that were computed from the wanted ones, and these.

    >>> from .program import INPUT
    >>> x, y = (Instruction(INPUT, (), 1, place) for place in range(2))
    >>> square = Instruction(ops.multiply, (x, x), 1)
    >>> dependents([x, y, square], [(x, 0)]) == {x, square}
    True
    """
    found = {x for x, _ in wanted if type(x) is Instruction}
    for instruction in order:
        if instruction not in found and any(source in found for source in instruction.sources()):
            found.add(instruction)
    return found
