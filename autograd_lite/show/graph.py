"""From a recorded computation to a scene: what its boxes, edges and frames say, and which number colours each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field, replace
from typing import Any

from ..engine import table as ops
from ..engine.custom import CUSTOM
from ..engine.group import plain
from ..engine.passes import stored_order
from ..engine.value import Value
from ..transcript import formulas
from ..transcript.names import Input, Part, inputs, named, names_of, neurons
from ..transcript.reached import local_derivatives, reached_by_root
from ..transcript.texts import abbreviated, interval, listed, numeral, plural, short
from ..transcript.unfolding import unfolded
from .folding import LAYERS, NEURONS, NODES, Folding, Reader, fold
from .scene import DIRECTIONS, PURPLE, THEMES, Box, Edge, Frame, Scene, largest, one_of

LONGEST_NAME, LONGEST_HEAD, LONGEST_TOOLTIP = 20, 26, 1000
MOST_PARALLEL = 4  # edges between the same two boxes, which are drawn one by one
FAR = 12  # layers that an edge may pass: from a Value that is read farther off, its name is written there once more
MOST_LABELLED = 16  # edges into folded neurons, which bear their numbers; more of them bear a colour instead

LEAF = {"shape": "box", "style": "filled", "penwidth": "2.5", "color": "ink"}
RESULT = {"shape": "box", "style": "filled,rounded"}
FOLDED = {"shape": "box3d", "style": "filled", "fillcolor": "paper"}
NUMBER = {"shape": "plaintext", "fontsize": "10", "fontcolor": "quiet", "margin": "0.03", "width": "0", "height": "0.2"}
AGAIN = {**NUMBER, "fontcolor": "ink"}
REST = {"shape": "box", "style": "dashed", "fontcolor": "quiet"}
FROM_NUMBER = {"color": "faint", "arrowsize": "0.5"}
MERGED = {"penwidth": "2.5"}
WIDEST = 3.0
# With remincross off Graphviz 14 keeps the boxes of a frame in the order given; where none are moved apart by numbers
# on edges, from the bottom up.
FLOW = {"nodesep": "0.18", "ranksep": "0.45", "remincross": "false"}
FAN = {"splines": "line", "ranksep": "1.6"}
FOLDS = (None, True, False, "neurons", "layers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a graph is drawn; said in full where `draw` takes them.

    Raises:
        ValueError: One of them is none of those that there are.
        TypeError: The labels are no dictionary.
    """

    fold: bool | str | None = None
    unfold: bool = False
    hide_constants: bool = False
    labels: Mapping[str, Any] | None = None
    direction: str = "LR"
    theme: str = "light"

    def __post_init__(self) -> None:
        one_of("fold", self.fold, FOLDS)
        one_of("unfold", self.unfold, (True, False))
        one_of("hide_constants", self.hide_constants, (True, False))
        one_of("direction", self.direction, DIRECTIONS)
        one_of("theme", self.theme, THEMES)
        if self.labels is not None:
            named(self.labels)
        if self.unfold and self.fold:
            raise ValueError(
                f"draw: unfold=True shows every product and sum, so fold must be None or False, got {self.fold!r}"
            )


@dataclass(slots=True)
class Use:
    """One edge of the graph: an input of a node, and how many of the node's parents come before it."""

    node: Value
    input: Input
    parent: int


@dataclass(slots=True)
class Content:
    """What is in one box, and what goes into it from which other box; ``again`` is a Value whose box is far off."""

    nodes: list[Value] = field(default_factory=list)
    again: Value | None = None
    numbers: dict[Hashable, float] = field(default_factory=dict)
    part: Part | None = None
    incoming: dict[Hashable, list[Use]] = field(default_factory=dict)


REST_KEY: Hashable = "rest"
DEFAULTS = Options()


@dataclass(frozen=True, slots=True)
class Graph:
    """What is to be drawn.

    Attributes:
        order: The nodes in topological order.
        names: What each is called, under its id.
        parts: The neurons of those that belong to one.
        uses: How many times each neuron is used.
        moved: The leaves that were given new data after something was computed from them.
    """

    roots: tuple[Value, ...]
    order: list[Value]
    names: dict[int, str]
    parts: dict[int, Part]
    uses: Counter[Part]
    moved: list[Value]


def graph_scene(*roots: Value, options: Options = DEFAULTS, gradients: Sequence[float] | None = None) -> Scene:
    """The computation graph of one or several Values as a scene.

    Its boxes and edges stand for nodes of a ``root``'s graph or, if they are unfolded, of that of
    ``unfolded(root).root``.

    Args:
        roots: The Values.
        options: How it is drawn.
        gradients: ∂root/∂node in the order of the graph of one root, shown in the place of what backward passes have
            left.
    """
    graph = _graph(roots, options)
    read = _values if options.hide_constants else inputs
    folding = fold(graph.order, graph.roots, graph.parts, False if options.unfold else options.fold, read)
    return _Writer(graph, folding, _contents(graph, folding, read), options, gradients).scene()


def _graph(roots: tuple[Value, ...], options: Options) -> Graph:
    # A node that has them all as parents, of which nothing is drawn, makes one graph of several.
    top = roots[0] if len(roots) == 1 else Context().run(Value, 0.0, roots, (0.0,) * len(roots))
    several = top is not roots[0]
    order, moved = stored_order(top)
    parts = neurons(order)
    uses = Counter([parts[id(node)] for node in order if node.operation is ops.affine and id(node) in parts])
    if not options.unfold or moved:  # the steps in between were never stored, and would be of other numbers
        order = order[:-1] if several else order
        return Graph(roots, order, names_of(order, parts, options.labels), parts, uses, moved)
    new = unfolded(top)
    given = {name: new.twins.get(id(node), node) for name, node in named(options.labels or {})}
    outputs = {id(new.twins.get(id(node), node)): parts[id(node)] for node in order if id(node) in parts}
    order, _ = stored_order(new.root)
    order = order[:-1] if several else order
    of_old = [(node, new.origins.get(id(node), node)) for node in order]
    steps = {id(node): parts[id(old)] for node, old in of_old if id(old) in parts}
    results = new.root.parents if several else (new.root,)
    return Graph(results, order, names_of(order, outputs, given), steps, uses, moved)


def _values(node: Value) -> Iterator[Input]:
    """The uses of Values."""
    return (use for use in inputs(node) if type(use.item) is Value)


def _contents(graph: Graph, folding: Folding, read: Reader) -> dict[Hashable, Content]:
    """What each box holds, in topological order; a number comes before what reads it."""
    drawn = [node for node in graph.order if folding.key(node) in folding.shown]
    parts, distance = graph.parts, _Distance(drawn, folding, read)
    contents: dict[Hashable, Content] = {}
    for node in drawn:
        head = folding.key(node)
        incoming: dict[Hashable, list[Use]] = {}
        parent = 0
        for use in read(node):
            tail = folding.source(node, use)
            if tail not in folding.shown:
                tail = ("more", head) if distance.is_far(node, REST_KEY) else REST_KEY
                contents.setdefault(tail, Content())
            elif type(use.item) is not Value and tail != head:
                place = (id(node), use.operand) if use.group is None else (id(use.group), use.place)
                part = parts.get(id(node)) if use.group is None else None  # what is in a group, others may read too
                contents.setdefault(tail, Content(part=part)).numbers[place] = use.item
            elif type(use.item) is Value and distance.is_far(node, tail):
                tail = ("again", tail, head)
                contents.setdefault(tail, Content(again=use.item, part=parts.get(id(node))))
            if tail != head:
                incoming.setdefault(tail, []).append(Use(node, use, parent))
            parent += type(use.item) is Value
        content = contents.setdefault(head, Content(part=parts.get(id(node))))
        content.nodes.append(node)
        for tail, uses in incoming.items():
            content.incoming.setdefault(tail, []).extend(uses)
    return contents


class _Distance:
    """Which nodes stand so far from what they are computed from that this had better be named beside them again."""

    def __init__(self, drawn: list[Value], folding: Folding, read: Reader) -> None:
        self.folding = folding
        self.sizes = Counter([folding.key(node) for node in drawn])
        self.before = {id(node): 0 for node in drawn}  # how many layers each is before the results
        for node in reversed(drawn):
            for parent in node.parents:
                self.before[id(parent)] = max(self.before.get(id(parent), 0), self.before[id(node)] + 1)
        self.first: dict[Hashable, int] = {}  # the same of the first of each box, which stands there
        for node in drawn:
            for use in read(node):
                tail = folding.source(node, use)
                box = tail if tail in folding.shown else REST_KEY
                self.first[box] = max(self.first.get(box, 0), self.before[id(node)] + 1)

    def is_far(self, node: Value, tail: Hashable) -> bool:
        """Whether an edge from a box to a node that is alone in its own would pass too many layers."""
        return self.sizes[self.folding.key(node)] == 1 and self.first[tail] - self.before[id(node)] > FAR


class _Writer:
    """Writes the boxes, edges and frames of one picture."""

    def __init__(
        self,
        graph: Graph,
        folding: Folding,
        contents: dict[Hashable, Content],
        options: Options,
        gradients: Sequence[float] | None,
    ) -> None:
        order = graph.order
        self.order, self.names, self.parts, self.uses = order, graph.names, graph.parts, graph.uses
        self.folding, self.contents = folding, contents
        self.options, self.theme = options, THEMES[options.theme]
        self.moved = {id(leaf): leaf for leaf in graph.moved}
        self.places = {id(node): i for i, node in enumerate(order)}
        if gradients is None:
            self.grads = {id(node): node.grad for node in order if node.has_grad}
            # Of several results the gradients are those of the one from which they all follow, if there is one.
            reached = {id(root): reached_by_root(order, root) for root in graph.roots}
            self.root = max(graph.roots, key=lambda root: len(reached[id(root)]))
            self.sure = reached[id(self.root)]
        else:
            self.grads = {id(node): grad for node, grad in zip(order, gradients, strict=True)}
            self.root, self.sure = graph.roots[0], set(self.grads)
        self.roots = graph.roots
        self.box_names = {key: f"n{i}" for i, key in enumerate(contents)}
        outputs = [output for content in contents.values() if (output := self._output(content)) is not None]
        self.largest = largest([self.grads[id(node)] for node in outputs if id(node) in self.grads])
        self.derivatives: dict[int, Sequence[float] | None] = {}

    def scene(self) -> Scene:
        boxes = [self._box(key, content) for key, content in self.contents.items()]
        edges = self._edges()
        coloured = any(edge.factor and not edge.label for edge in edges)
        return Scene(
            title=f"computation graph of {self._called()}",
            alt=self._alt(),
            boxes=tuple(boxes),
            edges=tuple(edges),
            roots=tuple(dict.fromkeys([self.box_names[self.folding.key(root)] for root in self.roots])),
            order=tuple(self._layers_apart()),
            frames=self._frames(bottom_up=not any(edge.label for edge in edges)),
            caption=self._caption(coloured),
            style={**FLOW, "rankdir": self.options.direction, **(FAN if coloured else {})},
            theme=self.theme,
        )

    # --- Names and numbers ---

    def _called(self) -> str:
        """The names of the results."""
        return listed([self._name(root) for root in self.roots])

    def _name(self, item: Any, length: int = LONGEST_NAME) -> str:
        return abbreviated(self.names[id(item)], length) if type(item) is Value else short(item)

    def _in_full(self, item: Any) -> str:
        return self._name(item, 80) if type(item) is Value else numeral(item)

    def _number(self, item: Any) -> str:
        return numeral(plain(item))

    def _gradient_name(self, node: Value, length: int = LONGEST_NAME) -> str:
        if id(node) not in self.sure:
            return "grad"
        return f"∂{self._name(self.root, length)}/∂{self._name(node, length)}"

    # --- Boxes ---

    def _output(self, content: Content) -> Value | None:
        """The node whose value and gradient a box shows, if it is one."""
        if len(content.nodes) == 1:
            return content.nodes[0]
        if self.folding.level != NEURONS or content.part is None:
            return None
        computed = [node for node in content.nodes if node.operation is not None]
        sums = [node for node in computed if node.operation is ops.affine]
        return computed[-1] if len(sums) == 1 else None

    def _box(self, key: Hashable, content: Content) -> Box:
        box, output = self._drawn(key, content), self._output(content)
        nodes = tuple([self.places[id(node)] for node in (content.nodes if content.again is None else [content.again])])
        shows = None if output is None else self.places[id(output)]
        return replace(box, nodes=nodes, shows=shows, style=self.theme.painted(box.style))

    def _drawn(self, key: Hashable, content: Content) -> Box:
        name = self.box_names[key]
        output = self._output(content)
        if not content.nodes and not content.numbers and content.again is None:
            return self._rest(name) if key == REST_KEY else Box(name, ("…",), "nodes that are not drawn", NUMBER)
        if content.again is not None:
            return self._named_again(name, content.again)
        if not content.nodes:
            return self._numbers(name, list(content.numbers.values()))
        if output is None:
            lines = self._folded_lines(content)
            return Box(name, lines, self._members(content.nodes), FOLDED, call=lines[0])
        kind = FOLDED if len(content.nodes) > 1 else LEAF if output.operation is None else RESULT
        style = {**kind, "fillcolor": self._fill(output), **self._alarm(output)}
        if len(content.nodes) > 1:
            lines, tooltip = self._neuron_lines(content, output), self._members(content.nodes)
        else:
            lines, tooltip = self._lines(output), self._tooltip(output)
        if id(output) in self.moved:
            lines, style = (*lines, "moved"), {**style, "style": "filled,dashed"}
        return Box(name, lines, tooltip, style, call=self._name(output))

    def _lines(self, node: Value) -> tuple[str, ...]:
        lines = [self._head(node), short(node.data)]
        if id(node) in self.grads:
            lines.append(f"{self._gradient_name(node)} = {short(self.grads[id(node)])}")
        return tuple(lines)

    def _head(self, node: Value) -> str:
        name, row = self._name(node), node.operation
        if row is None:
            return name
        if not any(row.groups):
            formula = formulas.result(node, self._name)
            if len(formula) <= LONGEST_HEAD:
                return f"{name} = {formula}"
        return f"{name} = {self._operation(node, self.options.hide_constants or row is ops.where)}"

    def _operation(self, node: Value, numbers: bool = False) -> str:
        """The operation without the names of its operands, but with its parameters and, if asked, plain numbers."""
        row = node.operation
        if row is None:
            return ""
        first = len(row.operands) - row.parameters
        if any(row.groups) and row.parameters:
            return row.write(*[["…"]] * first, *[short(x) for x in node.operands[first:]])
        if row.parameters or (numbers and not any(row.groups) and len(node.parents) < len(row.operands)):
            return formulas.result(node, lambda item: "·" if type(item) is Value else short(item))
        return node.op

    def _tooltip(self, node: Value) -> str:
        steps = [self._in_full(node)]
        if node.operation is CUSTOM or len(node.inputs) > formulas.LONGEST_GROUP**2:
            steps.append(node.op)
        elif node.operation is not None:
            steps += [formulas.result(node, self._in_full), formulas.result(node, self._number)]
        lines = [" = ".join([*steps, numeral(node.data)])]
        if id(node) in self.grads:
            lines.append(f"{self._gradient_name(node, 80)} = {numeral(self.grads[id(node)])}")
        return abbreviated("\n".join(lines), LONGEST_TOOLTIP)

    def _fill(self, node: Value) -> str:
        return self.theme.shade(self.grads[id(node)], self.largest) if id(node) in self.grads else "paper"

    def _alarm(self, node: Value) -> dict[str, str]:
        """A number that is not finite is what one looks for in the picture."""
        return (
            {}
            if math.isfinite(node.data) and math.isfinite(self.grads.get(id(node), 0.0))
            else {"color": self.theme.tint(PURPLE, 1.0), "penwidth": "4"}
        )

    def _numbers(self, name: str, numbers: list[float]) -> Box:
        if len(numbers) == 1:
            return Box(name, (short(numbers[0]),), f"the number {numeral(numbers[0])}", NUMBER)
        few = len(numbers) <= 4
        lines = (", ".join(map(short, numbers)),) if few else (plural(len(numbers), "number"), interval(numbers))
        return Box(name, lines, abbreviated(", ".join(map(numeral, numbers[:100])), 300), NUMBER)

    def _named_again(self, name: str, node: Value) -> Box:
        whole = self.contents[self.folding.key(node)]
        line = f"{self._name(node)} = {short(node.data)}" if len(whole.nodes) == 1 else self._folded_lines(whole)[0]
        return Box(name, (line,), self._tooltip(node), AGAIN)

    def _rest(self, name: str) -> Box:
        missing = self._missing()
        what = plural(missing, "node") if missing else "numbers"
        return Box(name, (what, "not drawn"), "farther from the root", REST)

    def _missing(self) -> int:
        return len(self.order) - sum([len(content.nodes) for content in self.contents.values()])

    def _neuron_lines(self, content: Content, output: Value) -> tuple[str, ...]:
        number = "" if content.part is None else content.part.neuron
        _, value, *gradient = self._lines(output)
        return (f"neuron {number}: {self._computes(content.nodes)}", f"{self._name(output)} = {value}", *gradient)

    def _folded_lines(self, content: Content) -> tuple[str, ...]:
        nodes = content.nodes
        leaves = [node for node in nodes if node.operation is None]
        if content.part is not None:
            sums = [node for node in nodes if node.operation is ops.affine]
            count = len({part.neuron for node in nodes if (part := self.parts.get(id(node)))})
            layer = self.folding.level >= LAYERS
            title = f"layer {content.part.layer}" if layer else f"neuron {content.part.neuron}"
            kind = f"{count} × " if count > 1 else ""
            uses = len(sums) // count
            lines = [title, f"{kind}{self._computes(nodes)}", plural(len(leaves), "parameter")]
            if uses > 1:
                lines.append(f"used {uses:,} times")
            return (*lines, *self._gradients(leaves, "parameters"))
        if len(leaves) == len(nodes):
            return (plural(len(nodes), "Value"), interval([x.data for x in nodes]), *self._gradients(nodes, "values"))
        lines = [f"{len(nodes):,} × {self._operation(nodes[0])}", interval([node.data for node in nodes])]
        return (*lines, *self._gradients(nodes, "values"))

    def _computes(self, nodes: list[Value]) -> str:
        """What a neuron computes, or all of a layer."""
        kinds = dict.fromkeys([node.op for node in nodes if node.operation not in (None, ops.affine)])
        return f"{'|'.join(kinds)}({ops.affine.symbol})" if kinds else ops.affine.symbol

    def _gradients(self, nodes: list[Value], what: str) -> tuple[str, ...]:
        known = [node for node in nodes if id(node) in self.grads]
        if not known:
            return ()
        name = f"∂{self._name(self.root)}/∂{what}" if all(id(node) in self.sure for node in known) else "grad"
        return (f"{name}: {interval([self.grads[id(node)] for node in known])}",)

    def _members(self, nodes: list[Value]) -> str:
        shown = [f"{self._in_full(node)} = {numeral(node.data)}" for node in nodes[:12]]
        more = [f"and {len(nodes) - 12:,} more"] if len(nodes) > 12 else []
        return "\n".join([*shown, *more])

    # --- Edges ---

    def _edges(self) -> list[Edge]:
        drawn = [
            (content.part is not None, edge)
            for head, content in self.contents.items()
            for tail, uses in content.incoming.items()
            for edge in self._between(self.box_names[tail], self.box_names[head], uses)
        ]
        factors = [float(edge.factor) for into_neuron, edge in drawn if into_neuron and edge.factor]
        fan = self.folding.level == NEURONS and len(factors) > MOST_LABELLED
        top = largest(factors)
        edges = [self._coloured(edge, top) if fan and into_neuron else edge for into_neuron, edge in drawn]
        return [replace(edge, style=self.theme.painted(edge.style)) for edge in edges]

    def _between(self, tail: str, head: str, uses: list[Use]) -> list[Edge]:
        if len(uses) <= MOST_PARALLEL and (len(uses) == 1 or self.folding.level == NODES):
            return [replace(self._edge(tail, head, use), uses=self._stands_for([use])) for use in uses]
        numbers = [use for use in uses if type(use.input.item) is not Value]
        style = FROM_NUMBER if len(numbers) == len(uses) else MERGED
        return [Edge(tail, head, tooltip=plural(len(uses), "edge"), style=style, uses=self._stands_for(uses))]

    def _stands_for(self, uses: list[Use]) -> tuple[tuple[int, int], ...]:
        return tuple([(self.places[id(use.node)], use.parent) for use in uses if type(use.input.item) is Value])

    def _coloured(self, edge: Edge, top: float) -> Edge:
        """The local derivative as a colour, with the number in the tooltip."""
        tail, head = DIRECTIONS[self.options.direction]
        style = self.theme.stroke(float(edge.factor), top, WIDEST) if edge.factor else edge.style
        return replace(edge, label="", style={**style, "tailport": tail, "headport": head})

    def _edge(self, tail: str, head: str, use: Use) -> Edge:
        node, item = use.node, use.input.item
        if type(item) is not Value:
            return Edge(tail, head, tooltip=f"the number {numeral(item)}", style=FROM_NUMBER)
        if id(node) not in self.derivatives:
            self.derivatives[id(node)] = local_derivatives(node)
        derivatives = self.derivatives[id(node)]
        if derivatives is None:
            return Edge(tail, head, label="?", tooltip="the function that was given for this derivative fails")
        d = derivatives[use.parent]
        return Edge(tail, head, short(d), short(d), self._edge_tooltip(use, d))

    def _edge_tooltip(self, use: Use, d: float) -> str:
        place = use.input.operand, use.input.place
        steps = [f"∂{self._in_full(use.node)}/∂{self._in_full(use.input.item)}"]
        for write in (self._in_full, self._number):
            formula = formulas.derivative(use.node, *place, write)
            if formula not in ("", numeral(d), steps[-1]):
                steps.append(formula)
        return abbreviated(" = ".join([*steps, numeral(d)]), LONGEST_TOOLTIP)

    # --- Frames, caption, description ---

    def _frames(self, bottom_up: bool) -> tuple[Frame, ...]:
        if self.folding.level > NEURONS:
            return ()
        layers: dict[tuple[int, int], dict[Part, list[str]]] = {}
        for key, content in self.contents.items():
            if content.part is not None:
                layer = layers.setdefault(content.part[:2], {})
                layer.setdefault(content.part, []).append(self.box_names[key])
        frames = []
        for (copy, number), found in layers.items():
            title = f"layer {number}" + (f" of network {copy + 1}" if copy else "")
            if self.folding.level == NEURONS:
                boxes = [name for names in found.values() for name in names]
                frames.append(Frame(title, tuple(boxes[::-1] if bottom_up else boxes)))
            else:
                inner = [Frame(f"neuron {part.neuron}", tuple(names)) for part, names in found.items()]
                frames.append(Frame(title, (), tuple(inner)))
        return tuple(frames)

    def _layers_apart(self) -> list[tuple[str, str]]:
        """What goes into a neuron is to the left of its parameters, so that layers stand side by side."""
        if self.folding.level != NODES:
            return []
        pairs = []
        for content in self.contents.values():
            if content.part is None or self.uses[content.part] != 1:  # used again, it may be given what it has computed
                continue
            tails = [(self.box_names[key], self.contents[key]) for key in content.incoming]
            own = [name for name, tail in tails if tail.part == content.part]
            pairs += [(name, own[0]) for name, tail in tails if tail.part != content.part and own]
        return pairs

    def _caption(self, coloured: bool) -> tuple[str, ...]:
        lines = [f"{'number on, or colour and width of,' if coloured else 'number on'} an edge: local derivative"]
        if any(id(node) in self.grads for content in self.contents.values() for node in content.nodes):
            lines[0] += "; fill: gradient, blue above 0, orange below"
        if any(content.again is not None for content in self.contents.values()):
            lines.append("a name without a box: the same Value once more")
        if self.moved:
            names = listed([self._name(leaf) for leaf in self.moved.values()])
            lines.append(f"stale: computed before {names} moved, so no gradients can follow")
        if not self.folding.complete:
            shown = len(self.order) - self._missing()
            lines.append(f"the {shown:,} of {len(self.order):,} nodes nearest to {self._called()}")
        elif self.folding.level:
            lines.append(f"{len(self.order):,} nodes folded into {len(self.contents)} boxes")
        return tuple(lines)

    def _alt(self) -> str:
        heads = listed(
            [f"{self._head(root)} = {short(root.data)}" if self.roots[1:] else self._head(root) for root in self.roots]
        )
        value = "" if self.roots[1:] else f", value {short(self.root.data)}"
        parts = [f"Computation graph of {heads}: {plural(len(self.order), 'node')}{value}"]
        leaves = [node for node in self.order if node.operation is None and id(node) in self.grads]
        parts += [
            f"{self._gradient_name(leaf)} = {short(self.grads[id(leaf)])}"
            for leaf in leaves[:8]
            if id(leaf) in self.sure
        ]
        return "; ".join(parts) + "."
