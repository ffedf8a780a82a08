"""How the page looks and the little it does: text that never depends on a report.

The script only sorts and filters the table of functions; everything else is there without it.
"""

from __future__ import annotations

__all__ = ["CSS", "SCRIPT"]

CSS = """
:root { color-scheme: light dark; --ground: #fbfbf9; --ink: #1d2327; --soft: #5b666d; --line: #d9dcd8;
  --saved: #0f7f77; --lost: #c4570c; --bar: #e9ece8;
  --g0: #dde1de; --g1: #c9e4df; --g2: #95cfc6; --g3: #4faea3; --g4: #0f7f77; --b1: #f6cfae; --b2: #e58a45;
  --on: #14211f; --on4: #fff; --frame: #fbfbf9; }
@media (prefers-color-scheme: dark) { :root { --ground: #15191b; --ink: #e4e8e6; --soft: #98a3a6; --line: #353c3f;
  --saved: #45b8ab; --lost: #ee9350; --bar: #23292c;
  --g0: #343b3e; --g1: #23504c; --g2: #256c66; --g3: #288f86; --g4: #55c9bb; --b1: #77502f; --b2: #c97432;
  --on: #eef4f2; --on4: #06201d; --frame: #15191b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 28px 24px 60px; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
h1 { font-size: 15px; font-weight: 600; color: var(--soft); margin: 0; }
h2 { font-size: 19px; margin: 44px 0 4px; }
p { margin: 6px 0 14px; max-width: 76ch; }
.soft { color: var(--soft); }
.big { font-size: 40px; line-height: 1.2; font-weight: 650; margin: 6px 0 2px; letter-spacing: -0.01em; }
.warn { border-left: 4px solid var(--lost); padding: 4px 12px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
table + table { margin-top: 18px; }
th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--line); }
th, td { padding: 4px 10px 4px 0; vertical-align: top; }
td { border-bottom: 1px solid var(--line); }
tr.sum td { font-weight: 650; border-bottom: 0; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.name, code { font: 12.5px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.file { min-width: 8.5em; }
.first { width: 5em; }
.wide { width: 26%; min-width: 120px; padding-left: 8px; }
.bar { position: relative; display: block; height: 11px; margin: 5px 0; background: var(--bar); }
.bar i { position: absolute; left: 0; top: 0; bottom: 0; min-width: 1px; }
.bar i.saved { background: var(--saved); }
.bar i.lost { background: var(--lost); }
.lostn { color: var(--lost); }
.map { display: block; width: 100%; height: auto; margin: 10px 0 6px; }
.map text { font: 10.5px ui-monospace, "DejaVu Sans Mono", monospace; fill: var(--on); pointer-events: none; }
.map text.head { font-weight: 700; fill: var(--ink); }
.map .g4 + text { fill: var(--on4); }
.map rect { stroke: var(--frame); stroke-width: 1; }
.map .frame { fill: none; stroke-width: 3; }
.map g:hover rect { stroke: var(--ink); stroke-width: 2; }
.g0 { fill: var(--g0); background: var(--g0); } .g1 { fill: var(--g1); background: var(--g1); }
.g2 { fill: var(--g2); background: var(--g2); } .g3 { fill: var(--g3); background: var(--g3); }
.g4 { fill: var(--g4); background: var(--g4); }
.b1 { fill: var(--b1); background: var(--b1); } .b2 { fill: var(--b2); background: var(--b2); }
.key { font-size: 12.5px; color: var(--soft); display: flex; flex-wrap: wrap; gap: 4px 16px; }
.key i { display: inline-block; width: 13px; height: 13px; margin-right: 5px; vertical-align: -2px; }
details { margin: 10px 0; }
summary { cursor: pointer; color: var(--soft); }
input { font: inherit; width: 100%; max-width: 420px; padding: 5px 8px; margin: 8px 0; color: inherit;
  background: var(--ground); border: 1px solid var(--line); }
.js th[data-sort] { cursor: pointer; } .js th[data-sort]:hover { color: var(--ink); }
html:not(.js) .script { display: none; }
@media (max-width: 640px) { .wide { display: none; } body { padding: 18px 14px 40px; } .big { font-size: 30px; } }
@media print { :root { color-scheme: light; --ground: #fff; --ink: #000; --soft: #444; --line: #bbb;
    --saved: #0f7f77; --lost: #c4570c; --bar: #eee; --g0: #dde1de; --g1: #c9e4df; --g2: #95cfc6; --g3: #4faea3;
    --g4: #0f7f77; --b1: #f6cfae; --b2: #e58a45; --on: #14211f; --on4: #fff; --frame: #fff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { max-width: none; padding: 0; font-size: 11px; } table { font-size: 10px; }
  h2 { break-after: avoid; } tr, .map { break-inside: avoid; } details, .script { display: none; } }
"""

SCRIPT = """
document.documentElement.classList.add("js");
const table = document.getElementById("all"), body = table && table.tBodies[0];
const filter = document.getElementById("filter");
if (filter) filter.addEventListener("input", () => {
  const wanted = filter.value.toLowerCase();
  for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
});
const value = (row, at) => row.cells[at].dataset.v ?? row.cells[at].textContent;
if (table) table.tHead.addEventListener("click", (event) => {
  const head = event.target.closest("th[data-sort]");
  if (!head) return;
  const numbers = head.dataset.sort === "n", down = head.dataset.way !== "down";
  head.dataset.way = down ? "down" : "up";
  const rows = [...body.rows].sort((a, b) => {
    const x = value(a, head.cellIndex), y = value(b, head.cellIndex);
    return (numbers ? x - y : x.localeCompare(y)) * (down === numbers ? -1 : 1);
  });
  body.append(...rows);
});
"""
