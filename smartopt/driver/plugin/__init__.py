"""The way through clang's own process: building the plugin, telling launchers of it, and answering its requests."""
