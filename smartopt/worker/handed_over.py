"""Requests about a finished module that comes with the request: nothing is kept, and nothing done before matters."""

from __future__ import annotations

from ..codegen.function_shapes import Shapes
from ..codegen.targets import target_of
from ..llvm.attributes import NOT_OUTLINED, set_string_attribute
from ..objfile.sizes import Sizes
from ..records import replace
from .protocol import ChooseAttributes, ChosenAttributes, GiveAttributes, KeepFromOutliner, MeasureByItself, Print
from .workspace import Workspace

__all__ = ["HandedOver"]


class HandedOver:
    """Measures, prints and marks modules."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._engine = workspace.engine

    def measure(self, request: MeasureByItself) -> Sizes:
        """What clang's back end makes of a module by itself."""
        self._workspace.process.whole_module()
        module = self._engine.parse(request.bitcode)
        slim = self._workspace.codegen.slim
        self._workspace.codegen.use_slim(None)
        try:
            return self._engine.measure(module)
        finally:
            self._workspace.codegen.use_slim(slim)
            module.dispose()

    def text(self, request: Print) -> bytes:
        """A module as text (for ``-S``)."""
        module = self._engine.parse(request.bitcode)
        try:
            return module.text()
        finally:
            module.dispose()

    def keep_from_outliner(self, request: KeepFromOutliner) -> bytes:
        """A finished module from whose named functions the outliner will take nothing."""
        names = frozenset(request.names)
        self._workspace.process.whole_module()
        module = self._engine.parse(request.bitcode)
        try:
            for function in module.functions():
                if function.name in names and not function.is_declaration:
                    set_string_attribute(function, NOT_OUTLINED)
            module.verify()
            return module.bitcode()
        finally:
            module.dispose()

    def choose_attributes(self, request: ChooseAttributes) -> ChosenAttributes:
        """A finished module with the attributes that make its functions smaller."""
        from ..codegen.attributes import best_attributes, best_beside_outliner  # few runs choose any

        workspace, step = self._workspace, self._workspace.process.whole_module
        module = self._engine.parse(request.bitcode)
        try:
            left = workspace.exclusions.function
            found = [(f, text) for f, (_, text) in workspace.bodies(module) if not left(f, text)]
            shapes = Shapes(module)
            able = {function.name for function, text in found if shapes.allows_attributes(function, text)}
            refused = len(found) - len(able)
            target = target_of(module.triple)
        finally:
            module.dispose()
        if target is None:
            return ChosenAttributes(refused)
        plain, chosen = best_attributes(self._engine, request.bitcode, able, target, step)
        # Where LLVM outlines by itself, what it does cannot be had again once an option has changed it.
        if chosen and request.outlining and target.outlining == "asked":
            chosen = best_beside_outliner(self._engine, request.bitcode, chosen, target, step)
        if not chosen:
            return ChosenAttributes(refused)
        made = self.give_attributes(GiveAttributes(request.bitcode, chosen))
        module = self._engine.parse(made)
        try:
            finished = workspace.finished(module)
        finally:
            module.dispose()
        if finished.sizes is None or finished.sizes.total >= plain.total:
            return ChosenAttributes(refused)
        return ChosenAttributes(refused, chosen, replace(finished, bitcode=made))

    def give_attributes(self, request: GiveAttributes) -> bytes:
        """A finished module's bitcode with attributes that were chosen for its functions."""
        from ..codegen.attributes import give_attributes

        self._workspace.process.whole_module()
        module = self._engine.parse(request.bitcode)
        try:
            give_attributes(module, request.attributes)
            module.verify()
            return module.bitcode()
        finally:
            module.dispose()
