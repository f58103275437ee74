"""A test profile for the official test suites: every cryptosuite, no authentication, keys made at start.

Its keys are did:key of this run, so nothing it signs is of any network; no service imports it.
"""
