// Linker::linkModules would do this too, but in another order of functions and globals, and so with other objects than
// clang makes of the plan's bitcode. Moving the lists keeps the order, and needs no mapping: nothing is copied.
#include "module.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Comdat.h"
#include "llvm/IR/Constants.h"
#include "llvm/Config/llvm-config.h"

using namespace llvm;

namespace smartopt {

namespace {

// What still refers to a global, such as a value that the front end keeps a handle on, is given poison.
template <typename Range> void eraseAll(Range &&Values) {
    for (auto &Value : make_early_inc_range(Values)) {
        Value.replaceAllUsesWith(PoisonValue::get(Value.getType()));
        Value.eraseFromParent();
    }
}

} // namespace

void clear(Module &M) {
    M.dropAllReferences();
    for (NamedMDNode &Node : make_early_inc_range(M.named_metadata()))
        if (Node.getName() != "llvm.module.flags")
            Node.eraseFromParent();
    eraseAll(M.ifuncs());
    eraseAll(M.aliases());
    eraseAll(M.functions());
    eraseAll(M.globals());
    M.setModuleInlineAsm("");
    M.getComdatSymbolTable().clear();
}

void replace(Module &M, std::unique_ptr<Module> With) {
    clear(M); // the passes that ran on the emptied module may have added something
    if (NamedMDNode *Flags = M.getNamedMetadata("llvm.module.flags"))
        Flags->eraseFromParent();
#if LLVM_VERSION_MAJOR < 22
    M.setIsNewDbgInfoFormat(With->IsNewDbgInfoFormat);
#endif
    M.setSourceFileName(With->getSourceFileName());
    M.setModuleInlineAsm(With->getModuleInlineAsm());
    for (const auto &Entry : With->getComdatSymbolTable())
        M.getOrInsertComdat(Entry.first())->setSelectionKind(Entry.second.getSelectionKind());
    auto KeepComdat = [&M](GlobalObject &Object) {
        if (const Comdat *Old = Object.getComdat())
            Object.setComdat(M.getOrInsertComdat(Old->getName()));
    };
    for (GlobalVariable &Variable : make_early_inc_range(With->globals())) {
        KeepComdat(Variable);
        With->removeGlobalVariable(&Variable);
        M.insertGlobalVariable(&Variable);
    }
    for (Function &Function : *With)
        KeepComdat(Function);
    M.getFunctionList().splice(M.end(), With->getFunctionList());
    for (GlobalAlias &Alias : make_early_inc_range(With->aliases())) {
        With->removeAlias(&Alias);
        M.insertAlias(&Alias);
    }
    for (GlobalIFunc &IFunc : make_early_inc_range(With->ifuncs())) {
        With->removeIFunc(&IFunc);
        M.insertIFunc(&IFunc);
    }
    for (const NamedMDNode &Node : With->named_metadata()) {
        NamedMDNode *Copy = M.getOrInsertNamedMetadata(Node.getName());
        for (const MDNode *Operand : Node.operands())
            Copy->addOperand(const_cast<MDNode *>(Operand));
    }
}

} // namespace smartopt
