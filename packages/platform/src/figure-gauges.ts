import { Gauge, type Registry } from "prom-client";

/** A gauge whose values are read when somebody asks. */
export interface FigureGauge<Figures> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Picks its values. Of two with the same labels, the later counts. */
  readonly values: (figures: Figures) => readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

/** Age up to which figures are shown again rather than read anew, in ms. */
const FIGURES_AGE_MS = 1000;

/** Shows figures that are read when somebody asks. While they cannot be read, they are missing. */
export function showFigures<Figures>(
  registry: Registry,
  gauges: readonly FigureGauge<Figures>[],
  read: () => Promise<Figures>,
): void {
  const figures = shared(read);
  for (const { name, help, labelNames, values } of gauges) {
    new Gauge({
      ...{ name, help, labelNames: [...labelNames], registers: [registry] },
      async collect() {
        this.reset();
        const latest = await figures().catch(() => undefined);
        for (const { labels, value } of latest ? values(latest) : []) this.set(labels, value);
        // Without labels, the gauge is 0 after a reset.
        if (latest === undefined && labelNames.length === 0) this.remove();
      },
    });
  }
}

/** Has callers at about the same time share one answer. */
function shared<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let latest: Promise<Value> | undefined;
  let readMs = 0;
  return () => {
    const nowMs = performance.now();
    if (latest === undefined || nowMs - readMs > FIGURES_AGE_MS) {
      latest = read();
      readMs = nowMs;
    }
    return latest;
  };
}
