const LEVEL_NAMES: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info ",
  40: "warn ",
  50: "ERROR",
  60: "FATAL",
};

interface LogRecord {
  readonly level: number;
  readonly time: number;
  readonly name?: string;
  readonly msg?: string;
  readonly err?: { readonly stack?: string; readonly message?: string };
  readonly [field: string]: unknown;
}

/**
 * Turns one JSON log line into one line for people: `14:03:07.120 info  data  message key=value`.
 *
 * An error's stack follows on lines of its own. Control characters in values stay escaped, so a
 * logged value can neither forge a line nor steer the terminal.
 *
 * @param line - A line as pino writes it, with `time` in milliseconds since the epoch.
 */
export function formatLogLine(line: string): string {
  const {
    level,
    time,
    name,
    msg,
    err,
    pid: _,
    hostname: __,
    ...fields
  } = JSON.parse(line) as LogRecord;
  const clock = new Date(time).toISOString().slice(11, 23);
  const details = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  const stack = err ? `\n${visible(err.stack ?? err.message ?? "")}` : "";
  const text = visible(msg ?? "");
  return `${clock} ${LEVEL_NAMES[level] ?? level} ${name ?? ""}  ${text}${details.join("")}${stack}\n`;
}

/** Escapes control characters other than the line feed of a stack. */
function visible(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, (character) => JSON.stringify(character).slice(1, -1));
}
