"""``python -m allocator``: the command."""

from allocator.cli.main import main

main()
