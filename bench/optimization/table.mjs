// Puts measured times into one table, a row for each task.
const COLUMNS = ["PyPortfolioOpt", "skfolio", "Riskfolio-Lib"];
const HEADER = ["task", "ours, ms", ...COLUMNS, "others", "same answer", "target", "reached"];

/**
 * Makes the row of one task: our time, each peer's with its ratio to ours, how far the peers'
 * objectives are from ours, relative, and whether the target is reached.
 */
export function comparisonRow({ title, targetMs }, ms, objective, answers) {
  const cell = (peers) => peers.map((found) => peerCell(found, ms)).join("; ") || "–";
  const named = answers.map(({ peer, answer }) => ({
    peer,
    answer,
    isNamed: COLUMNS.includes(peer),
  }));
  return [
    title,
    formatMs(ms),
    ...COLUMNS.map((column) => cell(named.filter(({ peer }) => peer === column))),
    cell(named.filter(({ isNamed }) => !isNamed)),
    differences(answers, objective),
    targetMs === undefined ? "–" : `≤ ${targetMs}`,
    targetMs === undefined ? "–" : reached(ms, targetMs),
  ];
}

function peerCell({ peer, answer }, ms) {
  const name = COLUMNS.includes(peer) ? "" : `${peer} `;
  if (answer === undefined) return `${name}no Python`;
  return answer.error === undefined
    ? `${name}${formatMs(answer.ms)} (${formatRatio(answer.ms / ms)})`
    : `${name}${answer.error}`;
}

function differences(answers, objective) {
  const found = answers.flatMap(({ answer }) =>
    answer?.objective === undefined ? [] : [answer.objective / objective - 1],
  );
  return found.map((difference) => difference.toExponential(0)).join("; ") || "–";
}

function reached(ms, targetMs) {
  return ms <= targetMs ? "yes" : `no, ${formatRatio(ms / targetMs)}`;
}

export function formatMs(ms) {
  return ms >= 100 ? Math.round(ms).toLocaleString("en-US") : Number(ms.toPrecision(2)).toString();
}

export function formatRatio(ratio) {
  return `${ratio >= 10 ? Math.round(ratio).toLocaleString("en-US") : ratio.toFixed(1)}×`;
}

/** Lays rows out as a Markdown table. */
export function formatTable(rows, header = HEADER) {
  const all = [header, ...rows];
  const widths = header.map((_, k) => Math.max(3, ...all.map((row) => row[k].length)));
  const line = (row) => `| ${row.map((entry, k) => entry.padEnd(widths[k])).join(" | ")} |\n`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return line(header) + rule + rows.map(line).join("");
}
