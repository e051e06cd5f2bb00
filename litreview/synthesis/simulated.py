"""The simulated design that is most like a study; `docs/statistics.md` has its figures."""

DESIGNS = {
    (1, 1): "1 + 1 seed",
    (1, 2): "1 + 2 seeds (the pilot)",
    (2, 2): "2 + 2 seeds",
    (3, 3): "3 + 3 seeds, 100 examples",
    (5, 5): "5 + 5 seeds",
}
"""Names there of the designs by their intermediate and target seeds."""


def nearest_design(intermediate: int, target: int) -> str:
    """The design with the nearest numbers of seeds; of two as near the smaller one."""

    def distance(seeds: tuple[int, int]) -> tuple[int, tuple[int, int]]:
        return abs(seeds[0] - intermediate) + abs(seeds[1] - target), seeds

    return DESIGNS[min(DESIGNS, key=distance)]
