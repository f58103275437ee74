"""The register for programs: issuers and decisions at any time, slices, and forms that others read."""
