"""The sections of a report, one file each; what they have in common is that each makes blocks from the material."""
