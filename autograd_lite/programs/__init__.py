"""Programs: a recorded graph as straight-line code, its repetitions as lanes, run as Python or natively."""
