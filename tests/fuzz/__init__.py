"""Whatever people hand in ends in a result or in one sentence.

`make test` tries a few examples, the same every time; `make fuzz` many, from a seed.
"""
