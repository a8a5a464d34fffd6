"""`python -m edge` is `chili-edge`."""

import sys

from edge.cli import main

sys.exit(main())
