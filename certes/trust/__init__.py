"""Does it count here? Signed lists, agreements and the decision. Pure, and built on certes.credential."""
