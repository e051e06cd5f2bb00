"""A study's plan as text for people."""

from collections.abc import Iterable, Iterator, Sequence

from crosslift.planning.plan import Plan


def as_text(plan: Plan) -> str:
    """The whole plan, part by part."""
    parts = [_head, _jobs, _work, _encoders, _disk, _downloads, _done, _assumed]
    return "\n\n".join("\n".join(part(plan)) for part in parts)


def _head(plan: Plan) -> Iterator[str]:
    yield f"{plan.study}: {plan.title}"
    yield from table([[name, f"{count:,}"] for name, count in plan.counts.items()])


def _jobs(plan: Plan) -> Iterator[str]:
    yield "Jobs, as a dry run from an empty folder counts them, but for its target `all`"
    counts = {**plan.jobs, "total": plan.total_jobs}
    yield from table([[rule, f"{count:,}"] for rule, count in counts.items()])


def _work(plan: Plan) -> Iterator[str]:
    yield f"Training and prediction on {plan.device}, estimated"
    devices = "1 device" if plan.gpus == 1 else f"{plan.gpus} devices"
    yield from table(
        [
            ["device hours", hours(plan.device_hours)],
            [f"hours on {devices}", hours(plan.wall_hours)],
            ["device hours left", hours(plan.hours_left)],
        ]
    )
    apart = [encoder for encoder in plan.encoders if encoder.fits is False]
    if apart:
        spent = hours(sum(encoder.device_hours for encoder in apart))
        names = ", ".join(encoder.name for encoder in apart)
        yield f"  ! {spent} of the device hours are of {names}, which one device does not hold"


def _encoders(plan: Plan) -> Iterator[str]:
    yield "Encoders, estimated; GiB are of the largest job, and of all finished weights on disk"
    heads = ["encoder", "parameters", "jobs", "hours", "GiB", "fits", "largest job", "disk GiB"]
    rows = [
        [
            encoder.name,
            f"{encoder.parameters / 1e6:,.0f} M",
            f"{encoder.jobs:,}",
            hours(encoder.device_hours),
            f"{encoder.memory_gib:.1f}",
            _fit(encoder.fits, encoder.devices),
            encoder.largest,
            f"{encoder.weights_gib:,.1f}",
        ]
        for encoder in plan.encoders
    ]
    yield from table([heads, *rows], numbers=(1, 2, 3, 4, 7))


def _fit(fits: bool | None, devices: int) -> str:
    if fits is None:
        return "machine's own"
    return "yes" if fits else f"no: spread over {devices}"


def _disk(plan: Plan) -> Iterator[str]:
    yield "Disk, GiB, estimated"
    kept = {**plan.disk_gib, "total": sum(plan.disk_gib.values())}
    yield from table([[what, f"{size:,.1f}"] for what, size in kept.items()])


def _downloads(plan: Plan) -> Iterator[str]:
    yield "Encoders and data sets, with their terms"
    rows = [[one.name, one.source, one.size, one.licence] for one in plan.downloads]
    yield from table(rows, numbers=())
    for one in plan.downloads:
        if one.warning:
            yield f"  ! {one.name}: {one.warning}"


def _done(plan: Plan) -> Iterator[str]:
    yield "On disk already (whether it is up to date, a dry run tells)"
    yield from table(
        [[what, f"{done:,} of {all_of_it:,}"] for what, (done, all_of_it) in plan.done.items()]
    )


def _assumed(plan: Plan) -> Iterator[str]:
    yield "How far off the estimates are: docs/studies.md. They rest on"
    yield from (f"  - {what}" for what in plan.assumed or ["known sizes and lengths alone"])


def hours(value: float) -> str:
    """Hours, to two figures below ten."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def table(rows: Iterable[Sequence[str]], numbers: Sequence[int] = (1,)) -> Iterator[str]:
    """Lines of aligned columns, two spaces between them; `numbers` are set to the right."""
    rows = list(rows)
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + "  ".join(cells).rstrip()
