import {
  type DescMessage,
  fromBinary,
  type Message,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";

/** Messages that never change, with their bytes once they were encoded. */
const LASTING = new WeakMap<Message, Buffer | undefined>();

/**
 * Says that a message is the answer to many calls and is changed by nobody: it is encoded once.
 *
 * @returns The message.
 */
export function lasting<M extends Message>(message: M): M {
  LASTING.set(message, undefined);
  return message;
}

/** Encodes a message, and hands its bytes over without another copy. */
export function encodeMessage<D extends DescMessage>(schema: D, message: MessageShape<D>): Buffer {
  const known = LASTING.get(message);
  if (known !== undefined) {
    return known;
  }
  const bytes = toBinary(schema, message);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (LASTING.has(message)) {
    LASTING.set(message, buffer);
  }
  return buffer;
}

/**
 * Decodes a message.
 *
 * Its bytes fields look into `bytes`, as plain `Uint8Array`: a `Buffer` differs in
 * `slice`, which would share memory.
 */
export function decodeMessage<D extends DescMessage>(schema: D, bytes: Buffer): MessageShape<D> {
  return fromBinary(schema, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
