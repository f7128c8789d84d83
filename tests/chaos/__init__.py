"""A day of work on a cluster of many processes, while its parts are taken away."""
