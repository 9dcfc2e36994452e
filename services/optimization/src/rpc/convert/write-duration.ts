import type { MessageInitShape } from "@bufbuild/protobuf";
import type { DurationSchema } from "@bufbuild/protobuf/wkt";

/** Writes a span of time given in milliseconds. */
export function writeDuration(milliseconds: number): MessageInitShape<typeof DurationSchema> {
  const seconds = Math.floor(milliseconds / 1000);
  const nanos = Math.round((milliseconds - seconds * 1000) * 1e6);
  return nanos < 1e9
    ? { seconds: BigInt(seconds), nanos }
    : { seconds: BigInt(seconds + 1), nanos: 0 };
}
