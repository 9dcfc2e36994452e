// Prints buf/validate/validate.proto from the descriptor that @bufbuild/protovalidate ships, because the package holds
// no .proto file. Run it after raising that package: `node scripts/vendor-validate.mjs`.
// The comments and the CEL text of the rules are not in the descriptor's declarations, and neither is needed: buf only
// has to know the options' names, numbers and types; the rules are evaluated by the package's own copy.
import { mkdirSync, writeFileSync } from "node:fs";
import { file_buf_validate_validate } from "../node_modules/@bufbuild/protovalidate/dist/esm/gen/buf/validate/validate_pb.js";

const file = file_buf_validate_validate.proto;
const LABEL_REPEATED = 3;
const MAX_TAG = 536870912;
const SCALARS = {
  1: "double",
  2: "float",
  3: "int64",
  4: "uint64",
  5: "int32",
  6: "fixed64",
  7: "fixed32",
  8: "bool",
  9: "string",
  12: "bytes",
  13: "uint32",
  15: "sfixed32",
  16: "sfixed64",
  17: "sint32",
  18: "sint64",
};
const lines = [];
const put = (depth, text) => lines.push("  ".repeat(depth) + text);

function printField(depth, field, inOneof) {
  const type = SCALARS[field.type] ?? field.typeName;
  const label = inOneof ? "" : field.label === LABEL_REPEATED ? "repeated " : "optional ";
  put(depth, `${label}${type} ${field.name} = ${field.number};`);
}

function printEnum(depth, declaration) {
  put(depth, `enum ${declaration.name} {`);
  if (declaration.options?.allowAlias) put(depth + 1, "option allow_alias = true;");
  for (const value of declaration.value) put(depth + 1, `${value.name} = ${value.number};`);
  for (const { start, end } of declaration.reservedRange) {
    put(depth + 1, `reserved ${start}${end > start ? ` to ${end}` : ""};`);
  }
  for (const name of declaration.reservedName) put(depth + 1, `reserved "${name}";`);
  put(depth, "}");
}

const isOneofMember = (field) => Object.hasOwn(field, "oneofIndex") && !field.proto3Optional;

function printMessage(depth, message) {
  put(depth, `message ${message.name} {`);
  for (const nested of message.nestedType) printMessage(depth + 1, nested);
  for (const nested of message.enumType) printEnum(depth + 1, nested);
  message.oneofDecl.forEach((oneof, index) => {
    const members = message.field.filter((f) => isOneofMember(f) && f.oneofIndex === index);
    if (members.length === 0) return;
    put(depth + 1, `oneof ${oneof.name} {`);
    for (const field of members) printField(depth + 2, field, true);
    put(depth + 1, "}");
  });
  for (const field of message.field) if (!isOneofMember(field)) printField(depth + 1, field, false);
  for (const { start, end } of message.extensionRange) {
    put(depth + 1, `extensions ${start} to ${end === MAX_TAG ? "max" : end - 1};`);
  }
  for (const { start, end } of message.reservedRange) {
    put(depth + 1, `reserved ${start}${end - 1 > start ? ` to ${end - 1}` : ""};`);
  }
  for (const name of message.reservedName) put(depth + 1, `reserved "${name}";`);
  printExtensions(depth + 1, message.extension);
  put(depth, "}");
}

function printExtensions(depth, extensions) {
  for (const extendee of new Set(extensions.map((field) => field.extendee))) {
    put(depth, `extend ${extendee} {`);
    for (const field of extensions) if (field.extendee === extendee) printField(depth + 1, field);
    put(depth, "}");
  }
}

put(
  0,
  "// Printed from @bufbuild/protovalidate by scripts/vendor-validate.mjs. Apache-2.0, Buf Technologies, Inc.",
);
put(0, `syntax = "${file.syntax || "proto2"}";`);
put(0, `package ${file.package};`);
for (const dependency of file.dependency) put(0, `import "${dependency}";`);
printExtensions(0, file.extension);
for (const message of file.messageType) printMessage(0, message);
for (const declaration of file.enumType) printEnum(0, declaration);
const out = new URL("../third_party/buf/validate/validate.proto", import.meta.url);
mkdirSync(new URL(".", out), { recursive: true });
writeFileSync(out, `${lines.join("\n")}\n`);
