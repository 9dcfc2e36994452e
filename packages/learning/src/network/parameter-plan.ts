import { paddedWidth } from "./layer.ts";

/** A matrix of parameters, as it lies among all of them. */
export interface ParameterBlock {
  readonly name: string;
  /** Where it starts among the parameters, in floats. */
  readonly start: number;
  readonly rows: number;
  /** Matrices side by side, each filled up to a multiple of 8 columns. */
  readonly parts: number;
  /** Columns of each. */
  readonly width: number;
  /** Draws a first value. */
  readonly draw: (uniform: () => number, row: number, part: number) => number;
}

/** Hands out places for parameters. */
export interface ParameterPlan {
  /**
   * Reserves a matrix.
   *
   * @returns Its offset in bytes from the first parameter.
   */
  readonly reserve: (block: Omit<ParameterBlock, "start">) => number;
  readonly blocks: () => readonly ParameterBlock[];
  /** Floats of all parameters. */
  readonly length: () => number;
}

/** All parameters of a network, as they lie in one row of numbers. */
export interface ParameterLayout {
  readonly blocks: readonly ParameterBlock[];
  /** Floats, with what fills up rows. */
  readonly length: number;
  /** Takes matrices by name, each row-major without anything that fills it up. */
  readonly named: (from: Float32Array) => Record<string, Float32Array>;
  /** Puts back what `named` took. */
  readonly write: (values: Readonly<Record<string, Float32Array>>, to: Float32Array) => void;
}

/** Makes the layout of a finished plan. */
export function layoutOf(plan: ParameterPlan): ParameterLayout {
  const blocks = plan.blocks();
  return {
    blocks,
    length: plan.length(),
    named: (from) =>
      Object.fromEntries(blocks.map((block) => [block.name, readBlock(block, from)])),
    write: (values, to) => {
      for (const block of blocks) {
        writeBlock(block, values[block.name], to);
      }
    },
  };
}

/** Starts a plan. */
export function parameterPlan(): ParameterPlan {
  const blocks: ParameterBlock[] = [];
  let end = 0;
  return {
    reserve: (block) => {
      const start = end;
      blocks.push({ ...block, start });
      end += paddedWidth(block.rows) * rowLength(block);
      return 4 * start;
    },
    blocks: () => blocks,
    length: () => end,
  };
}

/**
 * Draws from ±√(6/(rows + columns)), which keeps the variance of activations from layer to layer.
 *
 * @see Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward neural
 *   networks", eq. 16
 */
export function glorotUniform(rows: number, columns: number): ParameterBlock["draw"] {
  const bound = Math.sqrt(6 / (rows + columns));
  return (uniform) => (2 * uniform() - 1) * bound;
}

/** Draws first values for all parameters; what fills up is 0. */
export function initializeParameters(
  blocks: readonly ParameterBlock[],
  uniform: () => number,
  out: Float32Array,
): void {
  out.fill(0);
  for (const block of blocks) {
    forEachParameter(block, (at, row, part) => {
      out[at] = block.draw(uniform, row, part);
    });
  }
}

/** Takes a matrix without what fills it up, shape (rows, parts · width). */
function readBlock(block: ParameterBlock, from: Float32Array): Float32Array {
  const values = new Float32Array(block.rows * block.parts * block.width);
  let next = 0;
  forEachParameter(block, (at) => {
    values[next++] = from[at];
  });
  return values;
}

function writeBlock(block: ParameterBlock, values: Float32Array, to: Float32Array): void {
  let next = 0;
  forEachParameter(block, (at) => {
    to[at] = values[next++];
  });
}

function forEachParameter(
  block: ParameterBlock,
  visit: (at: number, row: number, part: number) => void,
): void {
  const { start, rows, parts, width } = block;
  for (let row = 0; row < rows; row++) {
    for (let part = 0; part < parts; part++) {
      const first = start + row * rowLength(block) + part * paddedWidth(width);
      for (let j = 0; j < width; j++) {
        visit(first + j, row, part);
      }
    }
  }
}

function rowLength({ parts, width }: Pick<ParameterBlock, "parts" | "width">): number {
  return parts * paddedWidth(width);
}
