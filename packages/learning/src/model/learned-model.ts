import { ArgumentError, type Matrix } from "@portfolio/quant";
import { type LinearModel, predictLinear } from "../linear/linear-model.ts";
import { predictProbability } from "../linear/logistic.ts";
import { type NetworkModel, predictNetwork } from "../network/network-model.ts";
import { predictTrees, type TreeEnsemble } from "../trees/tree-ensemble.ts";
import { type Artifact, decodeArtifact, encodeArtifact, tensorOf } from "./artifact.ts";
import { membersArtifact, membersOf } from "./network-artifact.ts";
import { treesArtifact, treesOf } from "./trees-artifact.ts";

/** A trained model of any kind. */
export type LearnedModel =
  | { readonly kind: "linear"; readonly model: LinearModel }
  /** Probability of class 1. */
  | { readonly kind: "logistic"; readonly model: LinearModel }
  | { readonly kind: "trees"; readonly model: TreeEnsemble }
  /** Networks that differ in their seeds; the mean of their forecasts counts. */
  | { readonly kind: "networks"; readonly members: readonly NetworkModel[] };

/**
 * Computes the forecast of each row.
 *
 * @throws {ArgumentError} The features are not those of the model in number.
 */
export function predictModel(model: LearnedModel, features: Matrix): Float64Array {
  switch (model.kind) {
    case "linear":
      return predictLinear(model.model, features);
    case "logistic":
      return predictProbability(model.model, features);
    case "trees":
      return predictTrees(model.model, features);
    case "networks": {
      const forecasts = model.members.map((member) => predictNetwork(member, features));
      return Float64Array.from({ length: features.rows }, (_, i) =>
        forecasts.reduce((sum, own) => sum + own[i] / forecasts.length, 0),
      );
    }
  }
}

/** Writes a model as bytes; the same model gives the same bytes. */
export function encodeModel(model: LearnedModel): Uint8Array {
  return encodeArtifact(artifactOf(model));
}

/**
 * Reads what `encodeModel` wrote.
 *
 * @throws {ArgumentError} The bytes are not a model, or one that contradicts itself.
 */
export function decodeModel(bytes: Uint8Array): LearnedModel {
  const artifact = decodeArtifact(bytes);
  const { kind } = artifact.attributes;
  switch (kind) {
    case "linear":
    case "logistic": {
      const [intercept] = tensorOf(artifact, "intercept", Float64Array, 1);
      const coefficients = tensorOf(artifact, "coefficients", Float64Array);
      return { kind, model: { intercept, coefficients } };
    }
    case "trees":
      return { kind, model: treesOf(artifact) };
    case "networks": {
      const members = membersOf(artifact);
      if (members.length === 0) {
        throw new ArgumentError("the model has no networks");
      }
      return { kind, members };
    }
    default:
      throw new ArgumentError(`there is no model of kind ${String(kind)}`);
  }
}

function artifactOf(model: LearnedModel): Artifact {
  switch (model.kind) {
    case "linear":
    case "logistic": {
      const { intercept, coefficients } = model.model;
      return {
        attributes: { kind: model.kind },
        tensors: { intercept: Float64Array.of(intercept), coefficients },
      };
    }
    case "trees":
      return treesArtifact(model.model);
    case "networks":
      return membersArtifact(model.kind, model.members);
  }
}
