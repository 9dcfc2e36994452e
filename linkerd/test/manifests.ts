import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

export const linkerdFolder = fileURLToPath(new URL("..", import.meta.url));

/** One Kubernetes object, as far as the checks look at it. */
export interface Manifest {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    name: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
  };
  readonly spec: Spec;
}

/** Any part of an object's specification. */
export interface Spec {
  readonly [key: string]: unknown;
}

/** Reads every YAML file below `linkerd/` but kustomizations. */
export function readManifests(): Manifest[] {
  return yamlFiles(linkerdFolder)
    .filter((file) => !file.endsWith("kustomization.yaml"))
    .flatMap((file) => readDocuments(file));
}

export function yamlFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return yamlFiles(path);
    return name.endsWith(".yaml") ? [path] : [];
  });
}

function readDocuments(file: string): Manifest[] {
  const documents = parseAllDocuments(readFileSync(file, "utf8"), { uniqueKeys: true });
  return documents.flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const value = document.toJS();
    return value === null ? [] : [{ ...value, file: file.slice(linkerdFolder.length) }];
  });
}
