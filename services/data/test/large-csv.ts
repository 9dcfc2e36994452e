export const LARGE_SYMBOL_COUNT = 200;
export const LARGE_DAY_COUNT = 1000;

/** A wide file of 200,000 prices, 1.5 MB. */
export function largeCsv(): string {
  const symbols = Array.from({ length: LARGE_SYMBOL_COUNT }, (_, i) => `S${i}`);
  const lines = Array.from({ length: LARGE_DAY_COUNT }, (_, day) => {
    const date = new Date(Date.UTC(2015, 0, 1 + day)).toISOString().slice(0, 10);
    return `${date},${symbols.map((_symbol, i) => `${i + 1}.${day + 1}`).join(",")}`;
  });
  return `date,${symbols.join(",")}\n${lines.join("\n")}\n`;
}
