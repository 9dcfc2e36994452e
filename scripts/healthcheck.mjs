// Exits 0 when the process in this container is ready. Used where there is no shell and no curl.
const address =
  process.argv[2] ??
  `http://127.0.0.1:${process.env.ADMIN_PORT ?? process.env.PORT ?? 8080}/readyz`;
const response = await fetch(address, { signal: AbortSignal.timeout(3_000) }).catch(
  () => undefined,
);
process.exit(response?.ok ? 0 : 1);
