import { cardLimits } from "./card-limits.ts";
import type { CardExplanation } from "./card-sections.ts";
import type { CardFigure, ModelCard } from "./model-card.ts";
import type { Target } from "./training-spec.ts";

/**
 * Writes a card for people.
 *
 * @param spec - What it was trained on and how, in JSON.
 */
export function cardMarkdown(card: ModelCard, spec: string): string {
  const { model, version } = card;
  const aliases = model.aliases.filter((alias) => alias.version === version.number);
  const roles = aliases.map(({ name }) => name).join(", ") || "none";
  return [
    `# ${escaped(model.id)}, version ${version.number}: ${escaped(version.title)}`,
    ...(model.description === "" ? [] : [escaped(model.description)]),
    facts([
      ["Forecasts", targetText(model.target)],
      ["Stage", version.stage],
      ["Roles", roles],
      ["Trained", version.createTime],
      ["By", version.jobId === undefined ? "import" : `job ${version.jobId}`],
    ]),
    "## Skill",
    skillText(card),
    "## Choice",
    choiceText(card),
    ...(card.explanation ? ["## What it rests on", explanationText(card.explanation)] : []),
    "## Does it still fit?",
    driftText(card),
    "## Limits",
    cardLimits(card)
      .map((limit) => `- ${limit}`)
      .join("\n"),
    "## Origin",
    originText(card),
    "## Specification",
    `\`\`\`json\n${spec}\n\`\`\``,
    ...historyText(card),
  ].join("\n\n");
}

function skillText({ figures, testDays }: ModelCard): string {
  if (testDays === undefined && figures.length === 0) {
    return "Not measured on days that training had not seen.";
  }
  const days =
    testDays === undefined
      ? "Days that training had not seen:"
      : `On ${testDays.count} days from ${testDays.startDate} to ${testDays.endDate}, none of which training had seen:`;
  const hasBaseline = figures.some(({ baseline }) => baseline !== undefined);
  const head = ["figure", "value", "95 %", ...(hasBaseline ? ["baseline"] : []), "meaning"];
  const rows = figures.map((figure) => [
    code(figure.name),
    text(figure.value),
    intervalText(figure),
    ...(hasBaseline ? [figure.baseline === undefined ? "" : text(figure.baseline)] : []),
    figure.meaning,
  ]);
  return `${days}\n\n${table(head, rows)}`;
}

function choiceText({ selection }: ModelCard): string {
  const { trialCount, deflatedSharpe, deflatedTrialCount } = selection;
  const { overfittingProbability, comparedCount, studyOverfittingProbability } = selection;
  return facts([
    ["Trials so far", String(trialCount)],
    ...(deflatedSharpe === undefined
      ? []
      : [[`Deflated Sharpe ratio of ${deflatedTrialCount} trials`, text(deflatedSharpe)] as const]),
    ...(overfittingProbability === undefined
      ? []
      : [
          [
            `Probability of overfitting among ${comparedCount} versions`,
            text(overfittingProbability),
          ] as const,
        ]),
    ...(studyOverfittingProbability === undefined
      ? []
      : [
          [
            "Probability of overfitting among the trials of its study",
            text(studyOverfittingProbability),
          ] as const,
        ]),
  ]);
}

function explanationText({ startDate, endDate, method, features }: CardExplanation): string {
  const rows = features.map(({ name, mean, share }) => [
    ...[code(name), text(mean), `${(100 * share).toFixed(1)} %`],
  ]);
  const head = ["feature", "mean contribution", "share"];
  return `Mean contributions without their signs from ${startDate} to ${endDate}, by the method ${method}:\n\n${table(head, rows)}`;
}

function driftText({ drift }: ModelCard): string {
  if (drift === undefined) {
    return "Nobody has looked yet.";
  }
  const { createTime, evidenceRatio, driftedFeatures, featureCount } = drift;
  const evidence = evidenceRatio === undefined ? "no loss is known" : text(evidenceRatio);
  const names = driftedFeatures.map(code).join(", ");
  return facts([
    ["Seen last", createTime],
    ["Evidence that losses rose, 1 alarms", evidence],
    [`Features of another distribution, of ${featureCount}`, names || "none"],
  ]);
}

function originText({ version, verification }: ModelCard): string {
  const { lineage } = version;
  const { dataset, parents } = lineage;
  return facts([
    ["Dataset", `${dataset.id}, revision ${dataset.revision}`],
    ["Prices", `${lineage.startDate} to ${lineage.endDate}`],
    ["Hash of the prices", `\`${lineage.contentHash}\``],
    ["Features", lineage.featureVersion],
    ["Code", lineage.codeVersion],
    ["Computed by", [lineage.backend, lineage.device].filter((text) => text !== "").join(": ")],
    ["Hash of the specification", `\`${lineage.specHash}\``],
    ["Hash of the artifact", `\`${lineage.artifactHash}\` (${version.artifactBytes} bytes)`],
    ...(parents.length > 0 ? [["Made of versions", parents.join(", ")] as const] : []),
    ["Trained again", verificationText(verification)],
  ]);
}

function verificationText(verification: ModelCard["verification"]): string {
  if (verification === undefined) {
    return "not yet";
  }
  const { createTime, differences } = verification;
  return `${createTime}: ${differences.length === 0 ? "every bit the same" : differences.join(", ")}`;
}

function historyText({ stageChanges }: ModelCard): string[] {
  if (stageChanges.length === 0) {
    return [];
  }
  const rows = stageChanges.map(({ createTime, previousStage, stage, actor, reason }) => [
    ...[createTime, previousStage, stage, escaped(actor), escaped(reason)],
  ]);
  return ["## History", table(["when", "from", "to", "by", "why"], rows)];
}

function targetText(target: Target): string {
  const days = `${target.horizonDays} trading days ahead`;
  switch (target.kind) {
    case "rank":
      return `ranks of returns, ${days}`;
    case "return":
      return `returns less the mean of all assets, ${days}`;
    case "volatility":
      return `variance of daily returns, ${days}`;
    case "quantile":
      return `quantile ${target.probability} of returns, ${days}`;
  }
}

function intervalText({ interval }: CardFigure): string {
  return interval === undefined ? "" : `${text(interval.lower)} … ${text(interval.upper)}`;
}

function facts(entries: readonly (readonly [string, string])[]): string {
  return entries.map(([name, value]) => `- **${name}**: ${value}`).join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A name as code, without what would end it or the cell of a table. */
function code(name: string): string {
  return `\`${name.replace(/[`|]/gu, "")}\``;
}

/** Text of people, so that it cannot be read as Markdown or HTML. */
function escaped(words: string): string {
  return words.replace(/\s+/gu, " ").replace(/[\\`*_{}[\]<>()#|!&]/gu, "\\$&");
}

function text(value: number): string {
  return String(Number(value.toPrecision(4)));
}
