"""The shared list of a network: signed objects in, one bundle and one checkpoint out. It signs for nobody."""
