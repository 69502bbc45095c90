"""What import-linter cannot say: who may hold a data key."""

import grimp

SLICE = "pasarela.core.vault"


def test_only_sealing_revealing_and_rotation_touch_the_cipher() -> None:
    graph = grimp.build_graph("pasarela")

    importers = graph.find_modules_that_directly_import(f"{SLICE}.cipher")

    assert importers == {f"{SLICE}.{name}" for name in ("data_keys", "sealing", "reveal", "rotate")}
