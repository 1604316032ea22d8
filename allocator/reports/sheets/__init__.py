"""The sheets of the workbook, one file each: the tables that an office files and publishes."""
