"""Reports of an outcome: a page and a workbook, for the office or as a public notice."""

from allocator.reports.files import made, write
from allocator.reports.material import Material, gather
from allocator.reports.report import report
from allocator.reports.workbook import sheets

__all__ = ["Material", "gather", "made", "report", "sheets", "write"]
