"""The verifier of a partner country: what the holder shows in, a verdict out. It asks nobody while it
answers."""
