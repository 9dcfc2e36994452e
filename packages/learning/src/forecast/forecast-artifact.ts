import { ArgumentError } from "@portfolio/quant";
import { decodeArtifact, encodeArtifact, type Tensor, tensorOf } from "../model/artifact.ts";
import { decodeModel, encodeModel } from "../model/learned-model.ts";
import type { ForecastModel, ForecastRule } from "./forecast-rule.ts";

const KIND = "forecast";

/** A rule without its models, which are tensors of their own. Written as JSON. */
type RuleEntry =
  | (Omit<Extract<ForecastRule, { kind: "learned" }>, "model"> & { readonly tensor: string })
  | Extract<ForecastRule, { kind: "baseline" | "exponential-volatility" }>
  | {
      readonly kind: "garch" | "heterogeneous";
      readonly symbols: readonly string[];
      readonly fits: readonly unknown[];
    }
  | {
      readonly kind: "combination";
      readonly members: readonly { readonly weight: number; readonly rule: RuleEntry }[];
    };

/** Writes a forecast model as bytes; the same model gives the same bytes. */
export function encodeForecastModel({ target, rule, intervalRadius }: ForecastModel): Uint8Array {
  const tensors: Record<string, Tensor> = { intervalRadius: Float64Array.of(intervalRadius) };
  const entry = entryOf(rule, tensors);
  return encodeArtifact({ attributes: { kind: KIND, target, rule: entry }, tensors });
}

/**
 * Reads what `encodeForecastModel` wrote.
 *
 * @throws {ArgumentError} The bytes are not such a model, or one that contradicts itself.
 */
export function decodeForecastModel(bytes: Uint8Array): ForecastModel {
  const artifact = decodeArtifact(bytes);
  const { kind, target, rule } = artifact.attributes;
  if (kind !== KIND || typeof target !== "object" || typeof rule !== "object") {
    throw new ArgumentError(`there is no forecast model of kind ${String(kind)}`);
  }
  const [intervalRadius] = tensorOf(artifact, "intervalRadius", Float64Array, 1);
  const modelOf = (name: string) => decodeModel(tensorOf(artifact, name, Uint8Array));
  return {
    target: target as ForecastModel["target"],
    rule: ruleOf(rule as RuleEntry, modelOf),
    intervalRadius,
  };
}

function entryOf(rule: ForecastRule, tensors: Record<string, Tensor>): RuleEntry {
  switch (rule.kind) {
    case "learned": {
      const { model, ...rest } = rule;
      const tensor = `model${Object.keys(tensors).length}`;
      tensors[tensor] = encodeModel(model);
      return { ...rest, tensor };
    }
    case "garch":
    case "heterogeneous":
      return { ...rule, fits: rule.fits.map((fit) => writeFit(fit)) };
    case "combination":
      return {
        kind: rule.kind,
        members: rule.members.map((member) => ({
          weight: member.weight,
          rule: entryOf(member.rule, tensors),
        })),
      };
    default:
      return rule;
  }
}

type ModelOf = (name: string) => ReturnType<typeof decodeModel>;

function ruleOf(entry: RuleEntry, modelOf: ModelOf): ForecastRule {
  switch (entry.kind) {
    case "learned": {
      const { tensor, ...rest } = entry;
      return { ...rest, model: modelOf(tensor) };
    }
    case "garch":
    case "heterogeneous":
      return { ...entry, fits: entry.fits.map((fit) => readFit(fit)) } as ForecastRule;
    case "combination":
      return {
        kind: entry.kind,
        members: entry.members.map(({ weight, rule }) => ({ weight, rule: ruleOf(rule, modelOf) })),
      };
    case "baseline":
    case "exponential-volatility":
      return entry;
    default:
      throw new ArgumentError("the forecast model has no rule that is known");
  }
}

interface WrittenFit {
  readonly model?: { readonly intercept: number; readonly coefficients: readonly number[] };
}

/** JSON tells doubles apart, and has no typed arrays. */
function writeFit(fit: object | undefined): unknown {
  if (fit === undefined || !("model" in fit)) {
    return fit ?? null;
  }
  const model = fit.model as { intercept: number; coefficients: Float64Array };
  return { ...fit, model: { ...model, coefficients: [...model.coefficients] } };
}

function readFit(fit: unknown): unknown {
  if (fit === null) {
    return undefined;
  }
  const { model, ...rest } = fit as WrittenFit;
  return model === undefined
    ? rest
    : { ...rest, model: { ...model, coefficients: Float64Array.from(model.coefficients) } };
}
