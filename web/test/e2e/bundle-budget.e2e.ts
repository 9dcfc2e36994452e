import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

// Reads the build that is served, so `npm run build` comes first.
const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const KILOBYTE = 1000;

describe("the size of the build, compressed with gzip", () => {
  const html = readFileSync(join(DIST, "index.html"), "utf8");
  const assets = readdirSync(join(DIST, "assets"));
  const sizeOf = (name: string) =>
    gzipSync(readFileSync(join(DIST, "assets", name)), { level: 9 }).length / KILOBYTE;
  const sum = (names: string[]) => names.reduce((total, name) => total + sizeOf(name), 0);
  const scripts = assets.filter((name) => name.endsWith(".js"));

  it("needs at most 110 KB of script to start", () => {
    const initial = scripts.filter((name) => html.includes(name));
    const size = sum(initial);
    process.stdout.write(`initial script: ${size.toFixed(1)} KB gz in ${initial.length} files\n`);
    expect(initial.length).toBeGreaterThan(0);
    expect(size).toBeLessThanOrEqual(110);
  });

  it("has no script over 60 KB, and at most 400 KB in all", () => {
    const tooLarge = scripts.filter((name) => sizeOf(name) > 60);
    process.stdout.write(
      `all scripts: ${sum(scripts).toFixed(1)} KB gz in ${scripts.length} files\n`,
    );
    expect(tooLarge).toEqual([]);
    expect(sum(scripts)).toBeLessThanOrEqual(400);
  });

  it("has at most 15 KB of styles and one font of 50 KB", () => {
    const fonts = assets.filter((name) => name.endsWith(".woff2"));
    const fontBytes = fonts.map((name) => readFileSync(join(DIST, "assets", name)).length);
    const styles = sum(assets.filter((name) => name.endsWith(".css")));
    process.stdout.write(`styles: ${styles.toFixed(1)} KB gz\n`);
    expect(styles).toBeLessThanOrEqual(15);
    expect(fontBytes).toHaveLength(1);
    expect(fontBytes[0]).toBeLessThanOrEqual(50 * KILOBYTE);
  });

  it("runs no inline script, preloads the font and has a compressed twin of every large text", () => {
    const twins = scripts.filter((name) => !assets.includes(`${name}.br`)).map(sizeOf);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/u);
    expect(html).toMatch(/rel="preload"[^>]*woff2/u);
    expect(twins.every((size) => size < 1.1)).toBe(true);
  });
});
