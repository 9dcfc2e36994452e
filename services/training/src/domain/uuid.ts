const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** Whether a text is written like an identifier of this service. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
