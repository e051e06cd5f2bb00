"""Claims over result tables: read a table, link a claim to it, evaluate what the claim says."""

from litreview.tables.files import read_table, table_of_rows
from litreview.tables.judging import judge_table, surely_shown

__all__ = ["judge_table", "read_table", "surely_shown", "table_of_rows"]
