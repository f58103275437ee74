"""The registry's schema, version by version. `certes.runtime.database.migrate` runs it at start."""
