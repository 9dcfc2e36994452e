import { AppError } from "@portfolio/platform/app-error";
import { describe, expect, it } from "vitest";
import type { Metric, Model, Stage, Version } from "./model-version.ts";
import { requireAliasChange, requireStageChange, type Standing } from "./stage-rules.ts";
import type { Target } from "./training-spec.ts";

const STAGES: readonly Stage[] = [
  ...(["draft", "validated", "shadow", "canary", "production", "retired"] as const),
];

function metric(name: string, value: number): Metric {
  return { name, value, standardError: undefined, fold: 0 };
}

function version(number: number, stage: Stage, metrics: readonly Metric[]): Version {
  return {
    ...{ modelId: "rank-21d", number, title: "Ridge", spec: new Uint8Array(), stage, metrics },
    lineage: {
      ...{ contentHash: "", specHash: "", artifactHash: "", startDate: "", endDate: "" },
      ...{
        featureVersion: "",
        codeVersion: "",
        backend: "native",
        device: "CPU, WebAssembly",
        parents: [],
      },
      dataset: { id: "sample", revision: 1 },
    },
    ...{ artifactBytes: 1, jobId: undefined, createTime: "" },
  };
}

function standing(
  own: Version,
  baseline?: Version,
  aliases: Model["aliases"] = [],
  target: Target = { kind: "rank", horizonDays: 21 },
): Standing {
  const counts = { latestVersion: 2, trialCount: 2 };
  const model = { id: "rank-21d", target, description: "", aliases, ...counts, createTime: "" };
  return { model, version: own, baseline };
}

/** Fields and descriptions of what a rule refuses; nothing where it does not. */
function violationsOf(check: () => void): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof AppError && error.reason === "STAGE_UNSUITABLE") {
      return error.violations.map(({ field, description }) => `${field}: ${description}`);
    }
    throw error;
  }
}

const MEASURED = [metric("rank_ic", 0.03)];

describe("requireStageChange", () => {
  it("knows these ways and no others", () => {
    const ways = STAGES.flatMap((from) =>
      STAGES.filter((to) => {
        const check = () => requireStageChange(standing(version(1, from, MEASURED)), to, "");
        return to !== from && violationsOf(check).length === 0;
      }).map((to) => `${from} → ${to}`),
    );

    expect(ways).toEqual([
      ...["draft → validated", "draft → retired"],
      ...["validated → shadow", "validated → production", "validated → retired"],
      ...["shadow → validated", "shadow → canary", "shadow → production", "shadow → retired"],
      ...["canary → shadow", "canary → production", "canary → retired"],
      ...["production → shadow", "production → canary", "production → retired"],
      "retired → validated",
    ]);
  });

  it("validates nothing that was not measured over all folds", () => {
    const oneFold = [{ ...metric("rank_ic", 0.1), fold: 1 }, metric("qlike", Number.NaN)];
    const check = () => requireStageChange(standing(version(1, "draft", oneFold)), "validated", "");

    expect(violationsOf(check)).toEqual(["version: version 1 was not measured on unseen days"]);
  });

  it("lets nobody retire what has an alias", () => {
    const aliases = [{ name: "champion", version: 1, since: "" } as const];
    const check = () =>
      requireStageChange(
        standing(version(1, "production", MEASURED), undefined, aliases),
        "retired",
        "",
      );

    expect(violationsOf(check)).toEqual(["version: is champion: give that alias away"]);
  });

  it("names all obstacles at once", () => {
    const check = () =>
      requireStageChange(standing(version(1, "draft", [])), "production", "no reason helps");

    expect(violationsOf(check)).toHaveLength(2);
  });
});

describe("requireAliasChange", () => {
  const baseline = version(2, "validated", [metric("rank_ic", 0.05), metric("qlike", 0.4)]);

  it("wants a reason for a champion that is worse than the baseline", () => {
    const check = (reason: string) => () =>
      requireAliasChange(standing(version(1, "validated", MEASURED), baseline), "champion", reason);

    expect(violationsOf(check(" "))).toEqual([
      "reason: version 1 has a rank_ic of 0.0300, the baseline one of 0.0500: give a reason to use it",
    ]);
    expect(violationsOf(check("cheaper to trade"))).toEqual([]);
  });

  it("wants a smaller loss of volatilities", () => {
    const target = { kind: "volatility", horizonDays: 21 } as const;
    const check = (loss: number) => () =>
      requireAliasChange(
        standing(version(1, "shadow", [metric("qlike", loss)]), baseline, [], target),
        "champion",
        "",
      );

    expect(violationsOf(check(0.5))).toHaveLength(1);
    expect(violationsOf(check(0.4))).toEqual([]);
  });

  it("lets drafts and what was not measured be baselines alone", () => {
    const draft = standing(version(1, "draft", []));
    const refused = (["champion", "challenger", "shadow", "baseline"] as const).filter(
      (alias) => violationsOf(() => requireAliasChange(draft, alias, "try")).length > 0,
    );

    expect(refused).toEqual(["champion", "challenger", "shadow"]);
  });
});
