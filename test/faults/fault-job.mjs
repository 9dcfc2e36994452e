// Stands for the work of a job. The payload says how many steps of how many milliseconds, and at which step an attempt
// kills its own process: the first one, or each.
export async function run(payload, context) {
  const { steps, stepMs, dieAtStep, diesAlways } = JSON.parse(Buffer.from(payload).toString());
  const firstStep = context.checkpoint ? Number(Buffer.from(context.checkpoint)) : 0;
  for (let step = firstStep; step < steps; step++) {
    const isToDie = step === dieAtStep && (diesAlways || context.attempt === 1);
    if (isToDie) process.kill(process.pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, stepMs));
    context.reportProgress({ step: step + 1, stepCount: steps, message: "" });
    await context.saveCheckpoint(Buffer.from(String(step + 1)));
  }
  return steps;
}
