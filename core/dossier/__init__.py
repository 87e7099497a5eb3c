"""档案: all that is known of one application, read for an inspection: each module reads some of its parts."""
