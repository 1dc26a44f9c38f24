"""Earlier addresses of a resource by the moves in the code."""

import pytest

from checker.model.resource import Move
from checker.policy.compose import addresses_before

OLD, NEW = "aws_bedrockagent_agent.chat", "aws_bedrockagent_agent.bot"


@pytest.mark.parametrize(
    ("moves", "address", "before"),
    [
        ([], NEW, ()),
        ([Move(OLD, NEW)], NEW, (OLD,)),
        ([Move(OLD, NEW)], f"{NEW}[0]", (f"{OLD}[0]",)),
        ([Move(OLD, NEW)], f"{NEW}s", ()),
        ([Move(OLD, NEW)], f"module.m.{NEW}", ()),
        ([Move(OLD, f'{NEW}["a.b"]')], f'{NEW}["a.b"]', (OLD,)),
        # The first one first, whatever the order in which the code has them.
        ([Move("x.b", "x.c"), Move("x.a", "x.b")], "x.c", ("x.a", "x.b")),
        ([Move("x.a", "x.b"), Move("x.b", "x.c")], "x.c", ("x.a", "x.b")),
        ([Move("x.b", "x.a"), Move("x.a", "x.b")], "x.a", ("x.b",)),
        # A module with all that is in it.
        ([Move("module.old", "module.new")], f"module.new.{OLD}", (f"module.old.{OLD}",)),
        ([Move("module.old", "module.new")], f"module.newer.{OLD}", ()),
        # What a module says of itself holds in each of its instances.
        ([Move(OLD, NEW, ("m",))], f"module.m.{NEW}", (f"module.m.{OLD}",)),
        ([Move(OLD, NEW, ("m",))], f'module.m["a"].{NEW}', (f'module.m["a"].{OLD}',)),
        ([Move(OLD, NEW, ("m",))], f'module.m["]."].{NEW}', (f'module.m["]."].{OLD}',)),
        ([Move(OLD, NEW, ("m", "n"))], f"module.m[1].module.n.{NEW}", (f"module.m[1].module.n.{OLD}",)),
        ([Move(OLD, NEW, ("m",))], f"module.mm.{NEW}", ()),
        ([Move(OLD, NEW, ("m",))], NEW, ()),
    ],
)
def test_moves_are_followed_back(moves: list[Move], address: str, before: tuple[str, ...]) -> None:
    assert addresses_before(address, moves) == before


def test_what_is_still_there_has_not_moved() -> None:
    moves = [Move("x.a", "x.b"), Move("x.b", "x.c")]
    assert addresses_before("x.c", moves, {"x.a"}) == ("x.b",)
    assert addresses_before("x.c", moves, {"x.b"}) == ()


def test_moves_that_never_end_are_left_after_a_hundred() -> None:
    addresses = addresses_before("x.a", [Move("x.a.x", "x.a")])
    assert len(addresses) == 100
    assert addresses[-1] == "x.a.x"
