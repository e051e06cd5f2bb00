"""`python -m litreview`: see `litreview.cli`."""

import sys

from litreview.cli import main

if __name__ == "__main__":
    sys.exit(main())
