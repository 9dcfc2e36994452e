// Checks every manifest of Linkerd's and the Gateway API's kinds against their resource definitions, unknown keys included.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { linkerdFolder, readManifests } from "./manifests.ts";

const definitionsFolder =
  process.env["CRDS_DIR"] ?? join(linkerdFolder, "..", "..", "shared", "data", "crds");
const hasDefinitions = existsSync(definitionsFolder);
const BUILT_IN = /^(v1|apps\/v1|policy\/v1|autoscaling\/v2|networking\.k8s\.io\/v1)$/;
const custom = readManifests().filter(({ apiVersion }) => !BUILT_IN.test(apiVersion));

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: unknown;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
}

/** Custom resources prune unknown keys silently; here they are errors. */
function closed(schema: Schema): Schema {
  const properties = Object.entries(schema.properties ?? {}).map(([key, value]) => [
    key,
    closed(value),
  ]);
  const isOpen =
    schema.properties === undefined ||
    schema.additionalProperties !== undefined ||
    schema["x-kubernetes-preserve-unknown-fields"] === true;
  return {
    ...schema,
    ...(schema.properties ? { properties: Object.fromEntries(properties) } : {}),
    ...(schema.items ? { items: closed(schema.items) } : {}),
    ...(isOpen ? {} : { additionalProperties: false }),
  };
}

function readDefinitions(): Map<string, ValidateFunction> {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const validators = new Map<string, ValidateFunction>();
  const files = readdirSync(definitionsFolder).filter((file) => file.endsWith(".yaml"));
  const definitions = files
    .flatMap((file) => parseAllDocuments(readFileSync(join(definitionsFolder, file), "utf8")))
    .map((document) => document.toJS())
    .filter((definition) => definition?.kind === "CustomResourceDefinition");
  for (const { spec } of definitions) {
    const { group, names, versions } = spec;
    for (const version of versions) {
      if (version.deprecated !== true) {
        const schema = closed(version.schema.openAPIV3Schema);
        const common = { apiVersion: {}, kind: {}, metadata: {} };
        const whole = { ...schema, properties: { ...schema.properties, ...common } };
        validators.set(`${group}/${version.name} ${names.kind}`, ajv.compile(whole));
      }
    }
  }
  return validators;
}

describe.runIf(hasDefinitions)("resource definitions", () => {
  const validators = hasDefinitions ? readDefinitions() : new Map<string, ValidateFunction>();

  it.each(custom)("accept $kind $metadata.name", ({ file, ...manifest }) => {
    const validate = validators.get(`${manifest.apiVersion} ${manifest.kind}`);

    expect(
      validate,
      `${manifest.apiVersion} ${manifest.kind} in ${file} is unknown or deprecated`,
    ).toBeDefined();
    validate?.(manifest);
    expect(validate?.errors ?? []).toEqual([]);
  });

  it("refuse an unknown key and a deprecated version", () => {
    const validate = validators.get("policy.linkerd.io/v1beta3 Server");
    const server = custom.find(({ kind }) => kind === "Server");
    const { file: _, ...manifest } = server ?? { file: "" };

    expect(validate?.({ ...manifest, spec: { ...server?.spec, bogus: 1 } })).toBe(false);
    expect(validators.has("policy.linkerd.io/v1beta1 Server")).toBe(false);
  });
});

it.skipIf(hasDefinitions)("has no resource definitions to check against: set CRDS_DIR", () => {
  expect(custom.length).toBeGreaterThan(0);
});
