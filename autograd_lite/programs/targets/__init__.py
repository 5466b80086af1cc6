"""Ways out: a recorded program as a function of another engine's arrays, each engine by a table of its functions."""
