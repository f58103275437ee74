"""The only shared input and output: clock, environment, network, database, logs, web answers and words."""
