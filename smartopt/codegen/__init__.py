"""How the back end generates code: settings, frame pointers, function attributes, the outliner."""
