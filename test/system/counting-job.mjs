// Stands for the work of a job: a dozen steps of computing, each saved. The payload is the step at which the first
// attempt kills its own process.
const STEPS = 12;
const STEP_MS = 15;

export async function run([crashStep], context) {
  const firstStep = context.checkpoint ? Number(Buffer.from(context.checkpoint)) : 0;
  for (let step = firstStep; step < STEPS; step++) {
    if (step === crashStep && context.attempt === 1) process.kill(process.pid, "SIGKILL");
    const endMs = performance.now() + STEP_MS;
    while (performance.now() < endMs) Math.sqrt(endMs);
    context.reportProgress({ step: step + 1, stepCount: STEPS, message: "" });
    await context.saveCheckpoint(Buffer.from(String(step + 1)));
  }
  return STEPS;
}
