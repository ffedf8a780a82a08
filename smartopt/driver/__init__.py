"""``smartopt-clang`` and ``smartopt-clang++``: the commands that stand in for clang."""
