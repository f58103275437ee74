"""The issuer of one country: its bodies' certifications become signed credentials, and their status is
published."""
