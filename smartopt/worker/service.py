"""The service of a worker process over libLLVM: maps each request to its handler.

One worker holds one source module (``worker.source``), the baseline (``worker.baseline``) and the bases of a search
(``worker.bases``); requests about finished modules need none of these (``worker.handed_over``).
"""

from __future__ import annotations

from ..llvm.toolchain import Toolchain
from ..options import Stage
from . import protocol
from .baseline import BaselineMaker
from .bases import Bases
from .handed_over import HandedOver
from .process import WorkerProcess
from .source import Source
from .workspace import Workspace

__all__ = ["LibLLVMService"]


class LibLLVMService:
    """Answers every request of ``worker.protocol``.

    Attributes:
        handlers: the requests, each with the function that answers it.
    """

    def __init__(
        self, process: WorkerProcess, toolchain: Toolchain, slim: bool = False, stage: Stage = "compile"
    ) -> None:
        """Load the toolchain's libLLVM. Raises ToolchainError.

        ``slim``: measure pass lists under the slim settings (``codegen.settings``).
        ``stage``: what the input is (``Options.stage``).
        """
        self.workspace = Workspace(process, toolchain, slim, stage)
        self.source = Source(self.workspace)
        self.bases = Bases(self.workspace, self.source, self._when_idle)
        self.handed_over = HandedOver(self.workspace)
        self.baseline = BaselineMaker(self.workspace, self.source, self.bases, self.handed_over)
        source, bases, baseline, handed_over = self.source, self.bases, self.baseline, self.handed_over
        self.handlers: protocol.Handlers = {
            protocol.Load: source.load,
            protocol.Survey: lambda _: source.survey(),
            protocol.ListCallSites: lambda _: source.call_sites(),
            protocol.RunPipeline: source.run_pipeline,
            protocol.RunWholeModule: source.run_whole_module,
            protocol.MakeQuickBaseline: source.quick_baseline,
            protocol.MakeBaseline: baseline.make,
            protocol.FinishBaseline: baseline.finish,
            protocol.MeasureOz: baseline.measure_oz,
            protocol.MakeBase: bases.make,
            protocol.AdoptBase: bases.adopt,
            protocol.KnowSizes: bases.know,
            protocol.ReadTexts: bases.texts,
            protocol.ReadLines: bases.lines,
            protocol.Trial: bases.trial,
            protocol.ShareTrials: bases.share,
            protocol.Compose: bases.compose,
            protocol.MeasureComposed: lambda _: bases.measure_composed(),
            protocol.ComposeFromSource: bases.compose_from_source,
            protocol.ReplayPlan: bases.replay,
            protocol.MeasureByItself: handed_over.measure,
            protocol.Print: handed_over.text,
            protocol.KeepFromOutliner: handed_over.keep_from_outliner,
            protocol.ChooseAttributes: handed_over.choose_attributes,
            protocol.GiveAttributes: handed_over.give_attributes,
            protocol.SupportedPipelines: lambda request: self.workspace.supported(request.pipelines),
        }

    def _when_idle(self) -> None:
        self.baseline.release()
