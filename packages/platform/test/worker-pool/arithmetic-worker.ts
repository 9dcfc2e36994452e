/** Worker for tests. Imports by package name, as services' workers do. */
import { AppError } from "@portfolio/platform/app-error";
import { workerTask } from "@portfolio/platform/worker-task";

export type ArithmeticTask =
  | { readonly kind: "sum"; readonly values: Float64Array }
  | { readonly kind: "spin"; readonly durationMs: number }
  | { readonly kind: "refuse" }
  | { readonly kind: "crash" };

export const run = workerTask((task: ArithmeticTask): number => {
  switch (task.kind) {
    case "sum":
      return task.values.reduce((total, value) => total + value, 0);
    case "spin":
      return spin(task.durationMs);
    case "refuse":
      throw new AppError("invalid-argument", "VALUES_EMPTY", "Give at least one value.", {
        violations: [{ field: "values", description: "is empty" }],
        metadata: { count: "0" },
      });
    case "crash":
      throw new TypeError("values is not iterable");
  }
});

/** Keeps the thread busy, as a solver would. */
function spin(durationMs: number): number {
  const end = performance.now() + durationMs;
  while (performance.now() < end);
  return durationMs;
}
