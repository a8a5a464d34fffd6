"""`python -m dashboards`: write every dashboard anew."""

from __future__ import annotations

from dashboards.build import write

if __name__ == "__main__":
    write()
