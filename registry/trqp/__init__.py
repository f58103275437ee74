"""The Trust Registry Query Protocol, version 2: answers for programs that know nothing else of us."""
