import { call } from "../api/call.ts";
import { newRequestId } from "../api/request-id.ts";

/** Starts training a version again, to compare bit for bit. */
export function startVerification(modelId: string, number: number): Promise<void> {
  return call(async (clients) => {
    await clients.model.verifyVersion({ modelId, number, requestId: newRequestId() });
  });
}

/** The card of a version in Markdown. */
export function modelCard(modelId: string, number: number): Promise<string> {
  return call(async (clients) => {
    const version = { case: "number", value: number } as const;
    const { markdown } = await clients.model.getModelCard({ modelId, version });
    return markdown;
  });
}

/** The file of a version, which another system can import. */
export function exportedVersion(
  modelId: string,
  number: number,
): Promise<{ readonly name: string; readonly content: Blob }> {
  return call(async (clients) => {
    const { fileName, content } = await clients.model.exportVersion({ modelId, number });
    return { name: fileName, content: new Blob([content.slice()]) };
  });
}
