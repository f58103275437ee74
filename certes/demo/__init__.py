"""The demonstration network: five countries, their services on loopback, and people with certificates.

Everything in it is illustrative and labelled so; nothing here is used by a service in production.
"""
