import type { NetworkTask } from "@portfolio/learning";
import type { Tensor2D, Variable } from "@tensorflow/tfjs-core";
import type { Graph } from "./layers.ts";
import type { TensorFlow } from "./tensor-flow.ts";

type ParameterLayout = NetworkTask["layout"];

/** Parameters of a network, or what an optimizer remembers of each, on the backend. */
export interface Variables {
  readonly byName: ReadonlyMap<string, Variable>;
  readonly graph: Graph;
  /** Fetches all of them, laid out as in `packages/learning`. */
  readonly read: () => Promise<Float32Array>;
  readonly close: () => void;
}

/** Puts parameters on the backend. */
export function variablesOf(
  tf: TensorFlow,
  layout: ParameterLayout,
  values: Readonly<Record<string, Float32Array>>,
): Variables {
  const byName = new Map(
    layout.blocks.map(({ name, rows, parts, width }) => {
      const start = tf.tensor2d(requiredValue(values, name), [rows, parts * width]);
      const variable = tf.variable(start);
      start.dispose();
      return [name, variable] as const;
    }),
  );
  return {
    byName,
    graph: {
      tf,
      parameter: (name) => {
        const variable = byName.get(name);
        if (variable === undefined) {
          throw new Error(`the network has no parameter ${name}`);
        }
        return variable as unknown as Tensor2D;
      },
    },
    read: async () => {
      const flat = new Float32Array(layout.length);
      const entries = await Promise.all(
        [...byName].map(async ([name, variable]) => [name, await variable.data()] as const),
      );
      layout.write(Object.fromEntries(entries) as Record<string, Float32Array>, flat);
      return flat;
    },
    close: () => {
      for (const variable of byName.values()) {
        variable.dispose();
      }
    },
  };
}

function requiredValue(values: Readonly<Record<string, Float32Array>>, name: string): Float32Array {
  const value = values[name];
  if (value === undefined) {
    throw new Error(`the network has no parameter ${name}`);
  }
  return value;
}
