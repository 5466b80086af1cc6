"""Modes: on within their thread, task, generator or coroutine, and nowhere else."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import math
import os
import threading
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

import autograd_lite
from autograd_lite import (
    AnomalyError,
    Value,
    detect_anomaly,
    grad,
    gradients,
    nn,
    no_grad,
)
from autograd_lite.engine import modes
from autograd_lite.engine import table as ops
from autograd_lite.engine.group import Group
from autograd_lite.engine.making import affine

# --- No memory ---


def test_within_no_grad_operations_give_values_without_parents() -> None:
    x = Value(2.0, label="x")
    with no_grad():
        made = [x * x, 2.0 + x, ops.exp(x), ops.sum([x, x]), x**3, -x, affine(Group([x], bias=x), Group([x]))]
        made.append(Value(1.0, (x,), (2.0,)))
        made.append(nn.Neuron(1)([x]))
    for y in made:
        assert (type(y), y.parents, y.operation) == (Value, (), None)
    assert [y.data for y in made[:7]] == [4.0, 4.0, math.exp(2.0), 4.0, 8.0, -2.0, 6.0]
    assert (x * x).parents == (x, x)


def test_no_grad_nests_ends_with_an_error_and_decorates() -> None:
    x = Value(2.0)
    with no_grad():
        with no_grad():
            assert (x * x).parents == ()
        assert (x * x).parents == ()
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert (x * x).parents == (x, x)
    assert modes.OPEN == []

    @no_grad()
    def square(x: Value) -> Value:
        return x * x

    assert square(x).parents == square(x).parents == ()
    assert (x * x).parents == (x, x)


def test_no_grad_does_not_keep_functions_from_differentiating() -> None:
    with no_grad():
        assert grad(lambda x: x * x)(3.0) == 6.0
        assert grad(lambda x: x * grad(lambda y: x * y)(x))(3.0) == 6.0


def test_stop_gradient_and_detach_cut_one_number() -> None:
    x = Value(3.0, label="x")
    for cut in (ops.stop_gradient(x), x.stop_gradient(), x.detach()):
        assert (cut.data, cut.parents) == (3.0, ())
        [d] = gradients(x * cut, [x])
        assert d.data == 3.0
    assert ops.stop_gradient(3.0) == 3.0
    assert grad(lambda x: x * ops.stop_gradient(x))(3.0) == 3.0
    assert grad(grad(lambda x: x * x * ops.stop_gradient(x)))(3.0) == 6.0


def test_modes_belong_to_their_thread() -> None:
    x, entered, leave, answers = Value(2.0), threading.Event(), threading.Event(), {}

    def within() -> None:
        with no_grad(), detect_anomaly():
            entered.set()
            leave.wait(10)
            answers["parents"] = (x * x).parents

    thread = threading.Thread(target=within)
    thread.start()
    entered.wait(10)
    assert (x * x).parents == (x, x)
    assert (Value(1e200) * 1e200).data == math.inf
    leave.set()
    thread.join()
    assert answers == {"parents": ()}


def test_modes_belong_to_their_task() -> None:
    x = Value(2.0)

    async def within() -> int:
        with no_grad():
            await asyncio.sleep(0.01)
            return len((x * x).parents)

    async def outside() -> int:
        await asyncio.sleep(0.005)
        return len((x * x).parents)

    async def both() -> list[int]:
        return await asyncio.gather(within(), outside())

    assert asyncio.run(both()) == [0, 2]


def test_a_task_that_outlives_its_mode_is_out_of_it() -> None:
    x = Value(2.0)

    async def later(gate: asyncio.Event) -> tuple[int, int, float]:
        inside = len((x * x).parents)
        await gate.wait()
        with detect_anomaly():
            return inside, len((x * x).parents), grad(lambda y: y * y)(3.0)

    async def main() -> tuple[int, int, float]:
        gate = asyncio.Event()
        with no_grad():
            task = asyncio.create_task(later(gate))
            await asyncio.sleep(0)
        gate.set()
        return await task

    assert asyncio.run(main()) == (0, 2, 6.0)


def test_a_generator_closed_elsewhere_leaves_no_mode_open() -> None:
    def generator() -> Iterator[int]:
        with no_grad():
            yield 1

    begun = generator()
    contextvars.copy_context().run(next, begun)
    begun.close()
    assert modes.OPEN == []
    assert len((Value(1.0) * 2.0).parents) == 1


X = Value(2.0)


def is_on(mode: Any) -> bool:
    """Whether a mode is on here and now."""
    if mode is no_grad:
        return not (X * X).parents
    try:
        Value(1e200) * 1e200
    except AnomalyError:
        return True
    return False


def bare(mode: Any) -> Any:
    return mode


def called(mode: Any) -> Any:
    return mode()


both = pytest.mark.parametrize("mode", [no_grad, detect_anomaly], ids=["no_grad", "detect_anomaly"])
written = pytest.mark.parametrize("decorator", [bare, called])


@both
@written
def test_a_decorator_needs_no_brackets(mode: Any, decorator: Any) -> None:
    @decorator(mode)
    def inside(x: float, *, y: float = 0.0) -> tuple[bool, float]:
        """About it."""
        return is_on(mode), x + y

    assert inside(1.0, y=2.0) == (True, 3.0)
    assert (inside.__name__, inside.__doc__) == ("inside", "About it.")
    assert not is_on(mode)
    assert modes.OPEN == []


@both
def test_what_is_no_use_of_a_mode_says_what_is(mode: Any) -> None:
    with pytest.raises(TypeError, match=rf"^{mode.__name__}: write `with {mode.__name__}\(\):`$"), mode:
        pass
    for wrong in (False, 3.0, X):
        with pytest.raises(
            TypeError, match=f"^{mode.__name__}: takes nothing but the function that it decorates, got "
        ):
            mode(wrong)
    assert modes.OPEN == []


@both
@written
def test_a_mode_is_on_while_the_body_of_a_generator_runs(mode: Any, decorator: Any) -> None:
    seen: list[bool] = []

    @decorator(mode)
    def generator(first: str) -> Iterator[Any]:
        seen.append(is_on(mode))
        got = yield first
        seen.append(is_on(mode))
        try:
            yield got
        except KeyError:
            seen.append(is_on(mode))
            yield "caught"
        return "done"

    def around() -> Iterator[Any]:
        result = yield from running
        yield result

    running = generator("a")
    outer = around()
    answers = []
    for step in (
        lambda: next(outer),
        lambda: outer.send("b"),
        lambda: outer.throw(KeyError()),
        lambda: next(outer),
    ):
        answers.append(step())
        assert not is_on(mode)
        assert modes.OPEN == []
    assert answers == ["a", "b", "caught", "done"]
    assert seen == [True, True, True]


@both
def test_a_mode_is_on_when_a_generator_is_closed_or_fails(mode: Any) -> None:
    seen: list[bool] = []

    @mode
    def generator() -> Iterator[int]:
        try:
            yield 1
            raise KeyError("mine")
        finally:
            seen.append(is_on(mode))

    begun = generator()
    next(begun)
    begun.close()
    failing = generator()
    next(failing)
    with pytest.raises(KeyError, match="mine"):
        next(failing)
    assert seen == [True, True]
    assert (is_on(mode), modes.OPEN) == (False, [])


@both
@written
def test_a_mode_is_on_while_a_coroutine_runs_and_off_while_it_waits(mode: Any, decorator: Any) -> None:
    gate = asyncio.Event()

    async def helper() -> bool:
        await asyncio.sleep(0)
        return is_on(mode)

    @decorator(mode)
    async def within() -> list[bool]:
        before = is_on(mode)
        await gate.wait()
        return [before, await helper(), is_on(mode)]

    async def main() -> tuple[list[bool], bool]:
        task = asyncio.create_task(within())
        await asyncio.sleep(0)
        waiting = is_on(mode)
        gate.set()
        return await task, waiting

    assert asyncio.run(main()) == ([True, True, True], False)
    assert modes.OPEN == []


@both
def test_a_cancelled_coroutine_cleans_up_within_its_mode(mode: Any) -> None:
    seen: list[bool] = []

    @mode
    async def within() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            seen.append(is_on(mode))

    async def main() -> None:
        task = asyncio.create_task(within())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert (seen, modes.OPEN) == ([True], [])


@both
@written
def test_a_mode_is_on_while_the_body_of_an_async_generator_runs(mode: Any, decorator: Any) -> None:
    seen: list[bool] = []

    @decorator(mode)
    async def generator(n: int) -> AsyncIterator[Any]:
        try:
            for i in range(n):
                seen.append(is_on(mode))
                await asyncio.sleep(0)
                seen.append(is_on(mode))
                try:
                    got = yield i
                    assert got in (None, "sent")
                except KeyError:
                    yield "caught"
        finally:
            await asyncio.sleep(0)
            seen.append(is_on(mode))

    async def main() -> list[Any]:
        answers: list[Any] = []
        async for i in generator(2):
            answers += [i, is_on(mode)]
        begun = generator(3)
        answers.append(await anext(begun))
        answers.append(await begun.asend("sent"))
        answers.append(await begun.athrow(KeyError()))
        await begun.aclose()
        return answers

    assert asyncio.run(main()) == [0, False, 1, False, 0, 1, "caught"]
    assert seen == [True] * 10
    assert (is_on(mode), modes.OPEN) == (False, [])


def test_an_error_that_is_thrown_into_a_generator_keeps_nothing_alive() -> None:
    class Thing: ...

    @no_grad
    def generator(thing: Thing) -> Iterator[Thing]:
        yield thing

    gc.collect()
    gc.disable()
    try:
        thing = Thing()
        gone = weakref.ref(thing)
        running = generator(thing)
        next(running)
        with pytest.raises(KeyError):
            running.throw(KeyError())
        del running, thing
        assert gone() is None
    finally:
        gc.enable()


def test_while_no_mode_is_open_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: Any) -> None:
        raise AssertionError("a mode was asked for")

    monkeypatch.setattr(modes, "_recording", None)
    monkeypatch.setattr(modes, "_sites", None)
    monkeypatch.setattr("autograd_lite.engine.value._observe", asked, raising=True)
    x = Value(2.0)
    y = ops.tanh(x * x + 1.0)
    y.backward()
    assert gradients(y, [x])[0].data == pytest.approx(x.grad)


def test_a_folder_whose_name_begins_like_ours_is_the_users() -> None:
    package = os.path.dirname(autograd_lite.__file__)
    code = compile("def f(x):\n    return x * 1e200\n", os.path.join(package + "_mine", "model.py"), "exec")
    names: dict[str, Any] = {}
    exec(code, names)
    with detect_anomaly(), pytest.raises(AnomalyError, match=r"_mine.model\.py, line 2$"):
        names["f"](Value(1e200))


def test_one_object_may_serve_two_threads() -> None:
    mode, inside, leave, answers = no_grad(), threading.Event(), threading.Event(), {}
    x = Value(2.0)

    def within() -> None:
        with mode:
            inside.set()
            leave.wait(10)
            answers["within"] = (x * x).parents

    thread = threading.Thread(target=within)
    with mode:
        thread.start()
        inside.wait(10)
    assert (x * x).parents == (x, x)
    leave.set()
    thread.join()
    assert answers == {"within": ()}
    assert modes.OPEN == []
