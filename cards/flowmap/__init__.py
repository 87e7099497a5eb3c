"""A flow as a picture, without any program of the system: the way goes from top to bottom, stage below stage.

    graph     Flow -> what there is to draw: boxes and arcs
    ranks     which box stands in which row
    order     which stands left of which, and on which column
    wires     which lines there are, and where they pass the rows
    ports     where a line leaves and enters a box
    tracks    which lines run at which height between two rows
    layout    all that put together: Flow -> Map
    ink       Map -> areas, lines and words; `svg` and `png` write these down

The form of it is that of Sugiyama (layers, order, columns). Lines are upright or level; between rows a line has a
height of its own, and where it passes a row it has a column of its own, so that no line can cross a box.
"""
