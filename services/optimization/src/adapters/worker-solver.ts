import { WorkerPool, workerFile } from "@portfolio/platform/worker-pool";
import type { ShareRebalanceProblem } from "@portfolio/quant";
import type { AnalysisOutcome, AnalysisTask } from "../domain/analysis-task.ts";
import type { SolveOutcome, SolveTask } from "../domain/solve.ts";
import type {
  ConstraintCheckOutcome,
  ConstraintCheckTask,
  FrontierOutcome,
  FrontierTask,
  MomentsOutcome,
  MomentsTask,
  OptimizationOutcome,
  OptimizationTask,
  RebalanceOutcome,
} from "../domain/solve-task.ts";
import type {
  GrowthTask,
  GrowthTaskOutcome,
  StressTask,
  StressTaskOutcome,
} from "../domain/stress-task.ts";
import type { Solver, Timed } from "../ports.ts";

export interface WorkerSolverOptions {
  /** Threads that solve, at least 1. */
  readonly threads: number;
  /** Tasks that may wait for a thread; one more is refused. */
  readonly queueMax: number;
  /** Longest time of one task, waiting included. The caller's own deadline may be shorter. */
  readonly deadlineMs: number;
}

/** Solves on worker threads, so that the event loop stays free. */
export class WorkerSolver implements Solver {
  readonly #pool: WorkerPool<SolveTask, Timed<SolveOutcome>>;
  readonly #deadlineMs: number;

  constructor({ threads, queueMax, deadlineMs }: WorkerSolverOptions) {
    const file = workerFile("./solver-thread", import.meta.url);
    this.#pool = new WorkerPool({ file, threadsMax: threads, queueMax });
    this.#deadlineMs = deadlineMs;
  }

  async optimize(task: OptimizationTask, signal: AbortSignal): Promise<Timed<OptimizationOutcome>> {
    return (await this.#run({ kind: "optimization", task }, signal)) as Timed<OptimizationOutcome>;
  }

  async traceFrontier(task: FrontierTask, signal: AbortSignal): Promise<Timed<FrontierOutcome>> {
    return (await this.#run({ kind: "frontier", task }, signal)) as Timed<FrontierOutcome>;
  }

  async rebalance(
    task: ShareRebalanceProblem,
    signal: AbortSignal,
  ): Promise<Timed<RebalanceOutcome>> {
    return (await this.#run({ kind: "rebalance", task }, signal)) as Timed<RebalanceOutcome>;
  }

  async estimateMoments(task: MomentsTask, signal: AbortSignal): Promise<Timed<MomentsOutcome>> {
    return (await this.#run({ kind: "moments", task }, signal)) as Timed<MomentsOutcome>;
  }

  async checkConstraints(
    task: ConstraintCheckTask,
    signal: AbortSignal,
  ): Promise<Timed<ConstraintCheckOutcome>> {
    const outcome = await this.#run({ kind: "constraint-check", task }, signal);
    return outcome as Timed<ConstraintCheckOutcome>;
  }

  async analyze(task: AnalysisTask, signal: AbortSignal): Promise<Timed<AnalysisOutcome>> {
    return (await this.#run({ kind: "analysis", task }, signal)) as Timed<AnalysisOutcome>;
  }

  async stress(task: StressTask, signal: AbortSignal): Promise<Timed<StressTaskOutcome>> {
    return (await this.#run({ kind: "stress", task }, signal)) as Timed<StressTaskOutcome>;
  }

  async simulateGrowth(task: GrowthTask, signal: AbortSignal): Promise<Timed<GrowthTaskOutcome>> {
    return (await this.#run({ kind: "growth", task }, signal)) as Timed<GrowthTaskOutcome>;
  }

  /** Ends all threads. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  #run(task: SolveTask, signal: AbortSignal): Promise<Timed<SolveOutcome>> {
    return this.#pool.run(task, { signal, deadlineMs: this.#deadlineMs });
  }
}
