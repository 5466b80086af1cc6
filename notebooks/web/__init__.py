"""The course, a playground and the reference as a web site that any host serves, with Python in the browser."""
