"""Portable skills certifications: issued in one country, verified and recognised in another."""

__version__ = "0.1.0"
