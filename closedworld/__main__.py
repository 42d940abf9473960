"""`python -m closedworld` is the `closedworld` command."""

from __future__ import annotations

from closedworld.command import main

if __name__ == "__main__":
    main()
