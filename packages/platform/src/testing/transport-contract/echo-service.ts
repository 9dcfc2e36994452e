import type { MessageInitShape } from "@bufbuild/protobuf";
import { create, type Message, toBinary } from "@bufbuild/protobuf";
import {
  fileDesc,
  type GenMessage,
  type GenService,
  messageDesc,
  serviceDesc,
} from "@bufbuild/protobuf/codegenv2";
import { base64Encode } from "@bufbuild/protobuf/wire";
import {
  type FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";

/** A message with a field of each kind that a transport could spoil. */
export type Payload = Message<"portfolio.testing.v1.Payload"> & {
  text: string;
  data: Uint8Array;
  numbers: number[];
  weights: { [symbol: string]: number };
  child?: Payload;
  count?: number;
};

const PACKAGE = "portfolio.testing.v1";
const PAYLOAD = `.${PACKAGE}.Payload`;

type Field = MessageInitShape<typeof FieldDescriptorProtoSchema>;

function field(name: string, number: number, type: Type, more: Partial<Field> = {}): Field {
  return { name, jsonName: name, number, type, label: Label.OPTIONAL, ...more } as Field;
}

const WEIGHTS_ENTRY = {
  name: "WeightsEntry",
  options: { mapEntry: true },
  field: [field("key", 1, Type.STRING), field("value", 2, Type.DOUBLE)],
};

const PAYLOAD_MESSAGE = {
  name: "Payload",
  nestedType: [WEIGHTS_ENTRY],
  oneofDecl: [{ name: "_count" }],
  field: [
    field("text", 1, Type.STRING),
    field("data", 2, Type.BYTES),
    field("numbers", 3, Type.DOUBLE, { label: Label.REPEATED }),
    field("weights", 4, Type.MESSAGE, {
      label: Label.REPEATED,
      typeName: `${PAYLOAD}.WeightsEntry`,
    }),
    field("child", 5, Type.MESSAGE, { typeName: PAYLOAD }),
    field("count", 6, Type.INT32, { proto3Optional: true, oneofIndex: 0 }),
  ],
};

function method(name: string, clientStreaming: boolean, serverStreaming: boolean) {
  return { name, inputType: PAYLOAD, outputType: PAYLOAD, clientStreaming, serverStreaming };
}

const FILE = create(FileDescriptorProtoSchema, {
  name: "portfolio/testing/v1/echo_service.proto",
  package: PACKAGE,
  syntax: "proto3",
  messageType: [PAYLOAD_MESSAGE],
  service: [
    {
      name: "EchoService",
      method: [
        method("Echo", false, false),
        method("Split", false, true),
        method("Join", true, false),
        method("Chat", true, true),
      ],
    },
  ],
});

const file = fileDesc(base64Encode(toBinary(FileDescriptorProtoSchema, FILE)));

/** Describes `Payload`. */
export const PayloadSchema: GenMessage<Payload> = messageDesc(file, 0);

type PayloadMethod<Kind> = {
  methodKind: Kind;
  input: typeof PayloadSchema;
  output: typeof PayloadSchema;
};

/** A service with a method of each kind. It is not part of the contract: only tests serve it. */
export const EchoService: GenService<{
  echo: PayloadMethod<"unary">;
  split: PayloadMethod<"server_streaming">;
  join: PayloadMethod<"client_streaming">;
  chat: PayloadMethod<"bidi_streaming">;
}> = serviceDesc(file, 0);
