import type { Cone, ConicPoint, Places } from "./cone.ts";

/**
 * The second-order cone whose head is one row and whose tail is one row of every scenario.
 *
 * H = η²(2ww' − J) with J = diag(1, −1, …, −1) and w'Jw = 1, so that H⁻¹ is η⁻² on the tail, −η⁻²
 * on the head, plus the rank-one term 2η⁻²(Jw)(Jw)' (Vandenberghe, The CVXOPT linear and quadratic
 * cone program solvers, 2010, §4.2).
 */
export class NormCone implements Cone {
  /**
   * As large as the number of scenarios. The barrier of one cone would weigh nothing beside those of the
   * scenarios' other rows, so that the cone would fall behind the central path and shorten every step.
   */
  readonly degree: number;
  readonly head: number;
  readonly places: Places;
  /** w on the tail. */
  readonly tail: Float64Array;
  /** w on the head. */
  headScaling = 1;
  eta = 1;
  readonly #lambda: Float64Array;
  readonly #scaledS: Float64Array;
  readonly #scaledZ: Float64Array;
  #lambdaHead = 1;

  constructor(head: number, places: Places) {
    this.head = head;
    this.degree = places.count;
    this.places = places;
    this.tail = new Float64Array(places.count);
    this.#lambda = new Float64Array(places.count);
    this.#scaledS = new Float64Array(places.count);
    this.#scaledZ = new Float64Array(places.count);
  }

  start(s: Float64Array, z: Float64Array): void {
    const { first, stride, count } = this.places;
    s[this.head] = Math.sqrt(this.degree);
    z[this.head] = Math.sqrt(this.degree);
    for (let t = 0; t < count; t++) {
      s[first + t * stride] = 0;
      z[first + t * stride] = 0;
    }
  }

  scale(s: Float64Array, z: Float64Array): boolean {
    const { first, stride, count } = this.places;
    const sSize = Math.sqrt(this.#residual(s));
    const zSize = Math.sqrt(this.#residual(z));
    if (!(sSize > 0 && zSize > 0 && s[this.head] > 0 && z[this.head] > 0)) {
      return false;
    }
    let product = (s[this.head] / sSize) * (z[this.head] / zSize);
    for (let t = 0; t < count; t++) {
      const at = first + t * stride;
      product += (s[at] / sSize) * (z[at] / zSize);
    }
    const gamma = 2 * Math.sqrt((1 + product) / 2);
    let squares = 0;
    for (let t = 0; t < count; t++) {
      const at = first + t * stride;
      this.tail[t] = (s[at] / sSize - z[at] / zSize) / gamma;
      squares += this.tail[t] * this.tail[t];
    }
    this.headScaling = Math.sqrt(1 + squares);
    this.eta = Math.sqrt(sSize / zSize);
    this.#lambdaHead = this.#half(z, this.#lambda, 1);
    return Number.isFinite(this.headScaling) && this.eta > 0 && Number.isFinite(this.eta);
  }

  divide(v: Float64Array, out: Float64Array): void {
    const { first, stride, count } = this.places;
    const scale = 1 / (this.eta * this.eta);
    let along = this.headScaling * v[this.head];
    for (let t = 0; t < count; t++) {
      along -= this.tail[t] * v[first + t * stride];
    }
    out[this.head] = scale * (2 * along * this.headScaling - v[this.head]);
    for (let t = 0; t < count; t++) {
      const at = first + t * stride;
      out[at] = scale * (v[at] - 2 * along * this.tail[t]);
    }
  }

  /** d = W(λ \ ((W⁻¹Δs)∘(WΔz) − degree·σμe)): Mehrotra's corrector. */
  target(_point: ConicPoint, step: ConicPoint, centrality: number, out: Float64Array): void {
    const { first, stride, count } = this.places;
    const a = this.#scaledS;
    const b = this.#scaledZ;
    const aHead = this.#half(step.s, a, -1);
    const bHead = this.#half(step.z, b, 1);
    let head = aHead * bHead - this.degree * centrality;
    let alongLambda = 0;
    let lambdaSquares = 0;
    for (let t = 0; t < count; t++) {
      head += a[t] * b[t];
      a[t] = aHead * b[t] + bHead * a[t];
      alongLambda += this.#lambda[t] * a[t];
      lambdaSquares += this.#lambda[t] * this.#lambda[t];
    }
    const size = Math.sqrt(lambdaSquares);
    const residual = (this.#lambdaHead - size) * (this.#lambdaHead + size);
    const solvedHead = (this.#lambdaHead * head - alongLambda) / residual;
    const factor = (alongLambda / this.#lambdaHead - head) / residual;
    for (let t = 0; t < count; t++) {
      out[first + t * stride] = a[t] / this.#lambdaHead + factor * this.#lambda[t];
    }
    out[this.head] = solvedHead;
    const wHead = this.#half(out, b, 1);
    out[this.head] = wHead;
    for (let t = 0; t < count; t++) {
      out[first + t * stride] = b[t];
    }
  }

  longestStep(point: ConicPoint, step: ConicPoint, limit: number): number {
    return Math.min(this.#longest(point.s, step.s, limit), this.#longest(point.z, step.z, limit));
  }

  /** Always: the corrector of a symmetric cone finds back from anywhere inside. */
  isCentral(): boolean {
    return true;
  }

  applyRoot(_scenario: number, matrix: Float64Array, row: number, width: number): void {
    for (let j = row * width; j < (row + 1) * width; j++) {
      matrix[j] /= this.eta;
    }
  }

  /** Computes v₀² − |v₁|² without losing it to cancellation near the boundary. */
  #residual(v: Float64Array): number {
    const { first, stride, count } = this.places;
    let squares = 0;
    for (let t = 0; t < count; t++) {
      squares += v[first + t * stride] ** 2;
    }
    const size = Math.sqrt(squares);
    return (v[this.head] - size) * (v[this.head] + size);
  }

  /** Writes the tail of Wv (sign 1) or W⁻¹v (sign −1), and returns its head. */
  #half(v: Float64Array, out: Float64Array, sign: 1 | -1): number {
    const { first, stride, count } = this.places;
    const scale = sign === 1 ? this.eta : 1 / this.eta;
    let along = 0;
    for (let t = 0; t < count; t++) {
      along += this.tail[t] * v[first + t * stride];
    }
    const head = v[this.head];
    const factor = sign * head + along / (1 + this.headScaling);
    for (let t = 0; t < count; t++) {
      out[t] = scale * (v[first + t * stride] + factor * this.tail[t]);
    }
    return scale * (this.headScaling * head + sign * along);
  }

  /** Gives the first positive root of the residual along v + αΔ, or the limit. */
  #longest(v: Float64Array, delta: Float64Array, limit: number): number {
    const { first, stride, count } = this.places;
    let a = delta[this.head] ** 2;
    let b = v[this.head] * delta[this.head];
    for (let t = 0; t < count; t++) {
      const at = first + t * stride;
      a -= delta[at] * delta[at];
      b -= v[at] * delta[at];
    }
    const c = Math.max(0, this.#residual(v));
    if (a >= 0 && b >= 0) {
      return limit;
    }
    // Below 0 by rounding alone: a line from inside crosses the boundary, or touches it at the apex.
    const root = Math.sqrt(Math.max(0, b * b - a * c));
    const step = b < 0 ? c / (root - b) : (root + b) / -a;
    return step > 0 ? Math.min(limit, step) : limit;
  }
}
