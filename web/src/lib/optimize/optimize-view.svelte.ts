import { createQuery } from "@tanstack/svelte-query";
import { type ApiFailure, asFailure } from "../api/api-failure.ts";
import { assignColorSlots, type ColorSlot } from "../colors.ts";
import { averageWeights, positionOfReturn, positionOfVolatility } from "../frontier/frontier.ts";
import { currentSearch, goTo, paths } from "../router.ts";
import { type AllocationRow, allocationRows } from "./allocation-rows.ts";
import {
  type ChosenPortfolio,
  equalWeightFigures,
  portfolioOnFrontier,
} from "./chosen-portfolio.ts";
import type { FrontierAnswer } from "./frontier-answer.ts";
import { bandQuery, comparedQuery } from "./frontier-queries.ts";
import { goalAtPosition, goalPosition } from "./goal-position.ts";
import { isOnFrontier, type Problem } from "./problem.ts";
import { problemFromSearch, problemToSearch } from "./problem-url.ts";
import { analysisQuery, frontierQuery, portfolioQuery, sharesQuery } from "./queries.ts";

// Long enough that a drag or a held arrow key asks once, short enough to feel immediate.
const SETTLE_MS = 350;

/**
 * Everything the Optimize page shows, derived from the address.
 *
 * The address holds the problem; the frontier and the portfolio are answers to
 * it. While the handle moves, the portfolio is read from the frontier; when it
 * rests, its place becomes the goal and the optimizer confirms it.
 */
export class OptimizeView {
  readonly problem = $derived(problemFromSearch(currentSearch()));
  readonly frontierState = createQuery(() => frontierQuery(this.problem));
  readonly portfolioState = createQuery(() => portfolioQuery(this.problem));
  readonly bandState = createQuery(() => bandQuery(this.problem));
  readonly comparedState = createQuery(() => comparedQuery(this.problem));
  #dragPosition = $state<number>();
  #lastFrontier: FrontierAnswer | undefined;
  #lastSlots: ReadonlyMap<string, ColorSlot> = new Map();
  #settling: ReturnType<typeof setTimeout> | undefined;

  /** The frontier of the problem, or the last one while there is none. */
  readonly frontier = $derived.by(() => {
    this.#lastFrontier = this.frontierState.data ?? this.#lastFrontier;
    return this.hasSymbols ? this.#lastFrontier : undefined;
  });
  /** A color for each symbol. A symbol keeps its color while the page is open. */
  readonly slots = $derived.by(() => {
    const { model } = this.frontier ?? {};
    if (model) {
      this.#lastSlots = assignColorSlots(model.symbols, averageWeights(model), this.#lastSlots);
    }
    return this.#lastSlots;
  });
  readonly portfolio = $derived(this.#choosePortfolio());
  readonly analysisState = createQuery(() => analysisQuery(this.problem, this.settledPortfolio));
  readonly sharesState = createQuery(() => sharesQuery(this.problem, this.settledPortfolio));
  readonly rows: readonly AllocationRow[] = $derived(
    this.portfolio
      ? allocationRows(this.portfolio, this.sharesState.data?.counts, this.currentWeights)
      : [],
  );
  /** What the optimizer tells of the present portfolio besides its figures. */
  readonly details = $derived(this.moving ? undefined : this.#settledAnswer?.details);
  readonly equalWeight = $derived(this.frontier && equalWeightFigures(this.frontier.model));
  readonly source = $derived(this.#settledAnswer?.source ?? this.frontier);

  /** Weights that are held now, if they were told. */
  get currentWeights(): Readonly<Record<string, number>> | undefined {
    return this.problem.limits.trading?.currentWeights;
  }

  get hasSymbols(): boolean {
    return this.problem.symbols.length > 0;
  }

  /** Whether what is shown belongs to an earlier problem. */
  get stale(): boolean {
    return this.frontierState.isPlaceholderData || this.failure !== undefined;
  }

  /** Whether the handle is being moved. */
  get moving(): boolean {
    return this.#dragPosition !== undefined;
  }

  /** Where the handle is, from 0 at the lowest risk to 1 at the highest return. */
  get position(): number {
    const { frontier, portfolio } = this;
    if (this.#dragPosition !== undefined || !frontier || !portfolio) {
      return this.#dragPosition ?? 0;
    }
    return this.offFrontier
      ? positionOfVolatility(frontier.model, portfolio.volatility)
      : positionOfReturn(frontier.model, portfolio.expectedReturn);
  }

  /** Whether the portfolio follows a rule instead of the frontier. */
  get offFrontier(): boolean {
    return !(this.moving || isOnFrontier(this.problem));
  }

  /** Why there is no answer, or undefined. */
  get failure(): ApiFailure | undefined {
    const error = this.frontierState.error ?? this.portfolioState.error;
    return this.hasSymbols && error ? asFailure(error) : undefined;
  }

  /** The optimizer's answer to the present problem. */
  get #settledAnswer() {
    const { data, isPlaceholderData } = this.portfolioState;
    return this.hasSymbols && !isPlaceholderData ? data : undefined;
  }

  /** The portfolio that the optimizer has confirmed. */
  get settledPortfolio(): ChosenPortfolio | undefined {
    return this.#settledAnswer?.portfolio;
  }

  /** Changes the problem, and with it the address. */
  change(problem: Problem, options: { replace?: boolean } = {}): void {
    clearTimeout(this.#settling);
    this.#dragPosition = undefined;
    void goTo(paths.optimize, problemToSearch(problem), { ...options, keepScroll: true });
  }

  /** Moves the handle. */
  moveTo(position: number): void {
    const { frontier } = this;
    if (!frontier) {
      return;
    }
    this.#dragPosition = position;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.change({ ...this.problem, goal: goalAtPosition(frontier.model, position) });
    }, SETTLE_MS);
  }

  /** Asks again for whatever failed. */
  retry(): void {
    void this.frontierState.refetch();
    void this.portfolioState.refetch();
  }

  #choosePortfolio(): ChosenPortfolio | undefined {
    const { frontier } = this;
    if (!this.hasSymbols) {
      return;
    }
    if (frontier && this.#dragPosition !== undefined) {
      return portfolioOnFrontier(frontier.model, this.#dragPosition);
    }
    const answer = this.portfolioState.data;
    const isOld = this.portfolioState.isPlaceholderData || !answer;
    if (frontier && isOld && !this.frontierState.isPlaceholderData) {
      const position = isOnFrontier(this.problem)
        ? goalPosition(frontier.model, this.problem.goal)
        : undefined;
      return position === undefined
        ? answer?.portfolio
        : portfolioOnFrontier(frontier.model, position);
    }
    return answer?.portfolio;
  }
}
