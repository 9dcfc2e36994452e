import { type Level, type Logger as PinoLogger, pino } from "pino";
import { formatLogLine } from "./log-line.ts";

/** Writes structured lines. Pass it down from `main.ts`; no module makes its own. */
export type Logger = PinoLogger;

/** Least severe line that is written. `silent` writes none. */
export type LogLevel = Level | "silent";

/** Keys whose values are withheld, at the top of a line and one level below. */
const SECRET_KEYS = [
  "password",
  "secret",
  "token",
  "apiKey",
  "authorization",
  "cookie",
  "connectionString",
];

/** Keys of URLs, which lose only the user and password that they may hold. */
const URL_KEYS = ["url", "databaseUrl"];

/**
 * Makes the logger of one service: JSON lines, or one readable line each on a terminal.
 *
 * Values under secret-bearing keys (passwords, tokens, cookies) are replaced by `[redacted]`, and
 * so are the credentials in URLs. Free text is not searched, so keep secrets out of messages.
 *
 * @param options.name - The service, such as `data`.
 * @param options.stream - Where lines go. Standard output unless given.
 */
export function createLogger(options: {
  name: string;
  level: LogLevel;
  stream?: NodeJS.WritableStream & { isTTY?: boolean };
}): Logger {
  const stream = options.stream ?? process.stdout;
  const isTerminal = stream.isTTY === true;
  return pino(
    {
      name: options.name,
      level: options.level,
      redact: {
        paths: [...SECRET_KEYS, ...URL_KEYS].flatMap((key) => [key, `*.${key}`]),
        censor: redact,
      },
      ...(isTerminal ? {} : { timestamp: pino.stdTimeFunctions.isoTime }),
    },
    { write: (line: string) => stream.write(isTerminal ? formatLogLine(line) : line) },
  );
}

function redact(value: unknown, path: string[]): unknown {
  const isUrl = URL_KEYS.includes(path.at(-1) ?? "") && typeof value === "string";
  return isUrl ? value.replace(/\/\/[^/]*@/, "//[redacted]@") : "[redacted]";
}
