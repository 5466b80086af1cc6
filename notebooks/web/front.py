"""What the front page and the playground show that the library has made beforehand."""

from __future__ import annotations

import random

import autograd_lite
from autograd_lite import Value, data, draw, nn, optim, plots, steps, tanh, watch
from autograd_lite.engine.operation import FUNCTIONS, TABLE

#: Rows that others need for their digits; a reader has no use for them.
HELPERS = {
    *("ieee_power", "power_slope", "over_power", "unit", "sinc_slope", "circle_power", "cos_over", "sin_over"),
    *("sech2", "gaussian", "polygamma_rise", "softmax_rest", "normal_density"),
}


def player() -> str:
    """A neuron, step by step."""
    x, w, b = Value(2.0, label="x"), Value(-0.5, label="w"), Value(1.8813735870195432, label="b")
    y = tanh(w * x + b)
    y.label = "y"
    return steps(y).html()


def film() -> str:
    """Half moons being learnt."""
    rng = random.Random(1)
    xs, ys = data.moons(80, rng=rng)
    model = nn.MLP(2, [6, 1], activation="tanh", rng=rng)
    return watch(
        model,
        xs,
        ys,
        loss="binary_cross_entropy_with_logits",
        optimizer=optim.Adam(model.parameters(), lr=0.1),
        epochs=120,
        names=("first", "second"),
    ).html()


def moving() -> list[str]:
    """One of each kind of output that brings a script."""
    x = Value(1.0, label="x")
    model = nn.MLP(2, [1, 1], rng=random.Random(0))
    adam = optim.Adam(model.parameters(), lr=0.1)
    return [
        steps(x * x).html(),
        watch(model, *data.xor(), loss="mse", optimizer=adam, epochs=1).html(),
        plots.slider(lambda h: draw(Value(h)), [1.0, 2.0], "h")._repr_mimebundle_()["text/html"],
    ]


def operations() -> list[dict[str, str]]:
    """The table to pick from: what an expression may call, and its operators."""
    rows = []
    for row in TABLE.values():
        names = ["[x, y]" if is_group else name for name, is_group in zip(row.operands, row.groups, strict=True)]
        written = row.write(*names)
        is_public = hasattr(autograd_lite, row.name) and row.name not in HELPERS
        if "(" in written and not (is_public and row.name in FUNCTIONS and written.startswith(row.name)):
            continue
        about = " ".join((row.__doc__ or "").split("\n\n")[0].split())
        rows.append(
            {"write": written, "about": about, "formula": ", ".join(row.formula), "domain": row.domain or "everywhere"}
        )
    return rows
