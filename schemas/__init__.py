"""Data, not code: contexts, JSON Schemas, frameworks, the verdict table and words."""
