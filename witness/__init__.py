"""A witness: says that a log only ever grew. It knows nothing of what is in it."""
