"""What crosslift costs, measured beside what else does the same work.

`python -m benchmarks.training`, `.prediction`, `.pipeline`, `.planning`, `.literature` and `.costs`
print a table each and leave a record in `benchmarks/records`; `python -m benchmarks.page` draws
`docs/performance.md` from the records and `.studies` fills the tables of `docs/studies.md`.
`python -m benchmarks.simulation` measures statistics instead: how often intervals hold planted
effects (`docs/statistics.md`). `python -m benchmarks.measures` has every measure of the literature
module on labelled data, beside its goal (`docs/measures.md`). Install `benchmarks/requirements.txt`
first.
"""
