"""What crosslift costs, measured beside what else does the same work.

`python -m benchmarks.training`, `.prediction`, `.pipeline`, `.planning` and `.literature` print a
table each and leave a record in `benchmarks/records`; `python -m benchmarks.page` draws
`docs/performance.md` from the records. Install `benchmarks/requirements.txt` first.
"""
