"""The newsroom's authority file: who and what is called how, kept by people, and where texts name them.

`entries` are its values and rows, `sheet` the file as a spreadsheet, `bringing` takes one in, `changing` are the acts
of editors, with undo. How a name is found in a text is in `catalog.mentions`.
"""
