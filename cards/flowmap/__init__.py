"""A flow as a picture, without any program of the system: the way goes from top to bottom, stage below stage.

    graph     Flow -> what there is to draw: boxes with their words, and arcs
    ranks     which box stands in which row
    wires     which lines there are, and which rows they pass
    order     which stands left of which
    columns   on which column
    ports     where a line leaves and enters a box
    tracks    which lines run at which height between two rows
    heights   where the rows are; `lines` the lines between them, `bands` the stages
    layout    all that put together: Flow -> Map
    ink       Map -> areas, lines and words (`cards.pictures.marks`), in `shapes` and `colours`; `svg` and `png` write
              these down

The form of it is that of Sugiyama (layers, order, columns). Lines are upright or level; between rows a line has a
height of its own, and where it passes a row it has a column of its own, so that no line can cross a box.
"""
