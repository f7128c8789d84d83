"""One module per service process: what staff see and run, in order."""
