"""Regional standards, for people and for programs: their units, how near countries are to them and to one
another, and the assessing centres that several countries accredit."""
