import { AppError } from "./app-error.ts";

/**
 * Says why a server cannot listen, to the person who starts it.
 *
 * @param error - From `listen`, or from grpc-js, which keeps the system's code in its message only.
 * @returns `PORT_IN_USE` or `ADDRESS_NOT_USABLE`; any other error as it is.
 */
export function listenError(error: Error, host: string, port: number): Error {
  const { code = "" } = error as NodeJS.ErrnoException;
  const failed = (each: string) => code === each || error.message.includes(each);
  if (failed("EADDRINUSE")) {
    const message =
      `Port ${port} of ${host} is in use by another program. Stop that program, ` +
      "or choose another port.";
    return new AppError("failed-precondition", "PORT_IN_USE", message, { cause: error });
  }
  const refused = ["EACCES", "EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN"].find(failed);
  if (refused !== undefined) {
    const message = `Cannot listen on port ${port} of ${host} (${refused}). Choose another one.`;
    return new AppError("failed-precondition", "ADDRESS_NOT_USABLE", message, { cause: error });
  }
  return error;
}
