"""What the pages ask Python for: figures of expressions, trainings, and cells of lessons. No JavaScript computes any.

It runs in a worker of the browser, on the same library, and in the tests on CPython.
"""
