"""Training of the line model that ships (``smartopt.chooser.line_model``)."""
