import { m } from "../i18n/models/messages.ts";

/** Names a feature for people: those of a mixture are its versions, which the contract calls `version_3`. */
export function featureName(feature: string): string {
  const number = /^version_(?<number>\d+)$/u.exec(feature)?.groups?.["number"];
  return number === undefined ? feature : m.mixed(Number(number));
}
