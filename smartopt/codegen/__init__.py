"""How the back end generates code: its configuration, settings, frame pointers, function attributes, the outliner."""
