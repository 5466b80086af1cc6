"""What the command line does: it reads expressions and trains the demonstration.

``draw``, ``steps`` and ``explain`` parse their expression themselves and know numbers, names, ``pi`` and ``e``,
operators and the operations of the table, nothing else. ``operations`` prints the table: each operation with its
domain, its derivatives and how exact they are. ``doctor`` says what is installed, which build of the engine runs, and
which renderer turns graphs into pictures.
"""
