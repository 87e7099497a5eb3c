"""Boards and comparisons as pictures (PNG), to be read on a phone.

    stamp         whose picture it is: company, recipient, moment
    marks         what lies on a sheet: areas, lines and words; `colours` of them
    substitutes   what stands for characters that no font of ours shows
    lettering     words made to fit; `breaking` into lines
    sheet         a board's sheet: head, rows, foot, watermark
    ranking, funnel, sources, trend, jams, tiles   one file for each kind of board: content -> marks
    drawing       a board -> PNG, all that put together
    comparison    two risk policies side by side
    painting      marks -> PNG, by matplotlib

Only who draws imports `drawing`, `comparison` and what they use: matplotlib takes 40 MB and half a second. Its figures
are used as objects, without `pyplot`, which keeps every figure and is not made for threads.
"""
