import { ArgumentError } from "@portfolio/quant";
import { type NetworkShape, parameterLayout } from "../network/build-network.ts";
import type { NetworkBody } from "../network/network-body.ts";
import type { NetworkModel } from "../network/network-model.ts";
import { type Artifact, tensorOf } from "./artifact.ts";

/** Takes a network apart. */
function networkArtifact(model: NetworkModel): Artifact {
  const { body, featureCount, stepCount, scaling, parameters } = model;
  return {
    attributes: { kind: "network", body, featureCount, stepCount },
    tensors: {
      featureMeans: scaling.featureMeans,
      featureScales: scaling.featureScales,
      target: Float64Array.of(scaling.targetMean, scaling.targetScale),
      ...parameters,
    },
  };
}

/**
 * Puts a network together again.
 *
 * @throws {ArgumentError} A part is missing or has another shape, or the body is not valid.
 */
function networkOf(artifact: Artifact): NetworkModel {
  const shape = shapeOf(artifact);
  const [targetMean, targetScale] = tensorOf(artifact, "target", Float64Array, 2);
  const parameters = parameterLayout(shape).blocks.map(({ name, rows, parts, width }) => {
    const length = rows * parts * width;
    return [name, tensorOf(artifact, name, Float32Array, length)] as const;
  });
  return {
    ...shape,
    scaling: {
      featureMeans: tensorOf(artifact, "featureMeans", Float64Array, shape.featureCount),
      featureScales: tensorOf(artifact, "featureScales", Float64Array, shape.featureCount),
      targetMean,
      targetScale,
    },
    parameters: Object.fromEntries(parameters),
  };
}

const BODY_KINDS = ["perceptron", "lstm", "gru", "temporal-convolution", "wavenet", "transformer"];

function shapeOf({ attributes }: Artifact): NetworkShape {
  const { body, featureCount, stepCount } = attributes;
  const kind = (body as { kind?: unknown } | undefined)?.kind;
  const isShape =
    BODY_KINDS.includes(String(kind)) &&
    [featureCount, stepCount].every((count) => Number.isSafeInteger(count) && Number(count) > 0);
  if (!isShape) {
    throw new ArgumentError("the model does not say what network it is");
  }
  // Sizes are checked where the layers are laid out.
  return {
    body: body as NetworkBody,
    featureCount: Number(featureCount),
    stepCount: Number(stepCount),
  };
}

/** Takes networks apart, the numbers of each under its place. */
export function membersArtifact(kind: string, members: readonly NetworkModel[]): Artifact {
  const artifacts = members.map(networkArtifact);
  return {
    attributes: { kind, members: artifacts.map(({ attributes }) => attributes) },
    tensors: Object.fromEntries(
      artifacts.flatMap(({ tensors }, k) =>
        Object.entries(tensors).map(([name, values]) => [`${k}/${name}`, values] as const),
      ),
    ),
  };
}

/**
 * Puts networks together again.
 *
 * @throws {ArgumentError} One of them is not valid.
 */
export function membersOf({ attributes, tensors }: Artifact): NetworkModel[] {
  const { members } = attributes;
  if (!Array.isArray(members)) {
    throw new ArgumentError("the model has no networks");
  }
  return members.map((own: Artifact["attributes"], k) => {
    const prefix = `${k}/`;
    const ownTensors = Object.entries(tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, values]) => [name.slice(prefix.length), values] as const);
    return networkOf({ attributes: own, tensors: Object.fromEntries(ownTensors) });
  });
}
