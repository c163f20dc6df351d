"""Words that must not be read or heard any more: taken out of the record, the files, the index and every copy we keep.

It outranks every rule that keeps things. `orders` says what is to go and withholds the talk at once; `carrying_out`
does it, step by step, and goes on after a crash; `words`, `rows` and `files` are what is done to each kind of thing.
"""
