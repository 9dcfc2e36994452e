import { fromBinary, getExtension, type MessageInitShape } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import {
  ServerReflection,
  type ServerReflectionRequestSchema,
  type ServerReflectionResponse,
} from "@portfolio/gen/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as AlphaServerReflection } from "@portfolio/gen/grpc/reflection/v1alpha/reflection_pb.js";
import { StatusService } from "@portfolio/gen/portfolio/gateway/v1/status_service_pb.js";
import { method as methodPolicy } from "@portfolio/gen/portfolio/policy/v1/policy_pb.js";
import { describe, expect, it } from "vitest";
import { createLocalTransport } from "./local-transport.ts";
import { reflectionRegistrations } from "./reflection.ts";

const transport = createLocalTransport(reflectionRegistrations([StatusService]), []);
const POLICY_EXTENSION = {
  containingType: "google.protobuf.MethodOptions",
  extensionNumber: methodPolicy.number,
};

type Question = NonNullable<
  MessageInitShape<typeof ServerReflectionRequestSchema>["messageRequest"]
>;

async function ask(messageRequest: Question): Promise<ServerReflectionResponse["messageResponse"]> {
  const client = createClient(ServerReflection, transport);
  async function* one() {
    yield { host: "h", messageRequest };
  }
  for await (const { messageResponse } of client.serverReflectionInfo(one())) {
    return messageResponse;
  }
  throw new Error("no answer");
}

async function filesFor(question: Question) {
  const answer = await ask(question);
  if (answer.case !== "fileDescriptorResponse") {
    throw new Error(`the answer is ${JSON.stringify(answer)}`);
  }
  return answer.value.fileDescriptorProto.map((bytes) =>
    fromBinary(FileDescriptorProtoSchema, bytes),
  );
}

describe("reflection", () => {
  it("lists the services and itself", async () => {
    const answer = await ask({ case: "listServices", value: "" });

    expect(answer).toMatchObject({
      case: "listServicesResponse",
      value: {
        service: [
          { name: "portfolio.gateway.v1.StatusService" },
          { name: "grpc.reflection.v1.ServerReflection" },
          { name: "grpc.reflection.v1alpha.ServerReflection" },
        ],
      },
    });
  });

  it("keeps option extensions, and sends the files that only options import", async () => {
    const files = await filesFor({
      case: "fileContainingSymbol",
      value: "portfolio.gateway.v1.StatusService",
    });

    expect(files.map(({ name }) => name).sort()).toEqual([
      "google/protobuf/descriptor.proto",
      "google/protobuf/duration.proto",
      "portfolio/gateway/v1/status_service.proto",
      "portfolio/policy/v1/policy.proto",
    ]);
    const options = files[0]?.service[0]?.method[0]?.options;
    expect(options && getExtension(options, methodPolicy)).toMatchObject({ scope: "status.read" });
  });

  it("finds the file of a method, a field and an enum value", async () => {
    const symbols = [
      "portfolio.gateway.v1.StatusService.GetStatus",
      "portfolio.gateway.v1.PartStatus.check_duration_ms",
      "portfolio.gateway.v1.HealthState.HEALTH_STATE_SERVING",
    ];
    for (const value of symbols) {
      const [file] = await filesFor({ case: "fileContainingSymbol", value });
      expect(file?.name).toBe("portfolio/gateway/v1/status_service.proto");
    }
  });

  it("knows the types of error details", async () => {
    const [file] = await filesFor({ case: "fileContainingSymbol", value: "google.rpc.BadRequest" });

    expect(file?.name).toBe("google/rpc/error_details.proto");
  });

  it("finds an extension by number, and the numbers of a type", async () => {
    const [file] = await filesFor({ case: "fileContainingExtension", value: POLICY_EXTENSION });
    expect(file?.name).toBe("portfolio/policy/v1/policy.proto");

    expect(
      await ask({ case: "allExtensionNumbersOfType", value: POLICY_EXTENSION.containingType }),
    ).toMatchObject({
      case: "allExtensionNumbersResponse",
      value: { extensionNumber: [methodPolicy.number] },
    });
  });

  it("says what it does not know", async () => {
    for (const messageRequest of [
      { case: "fileByFilename", value: "no/such.proto" },
      { case: "fileContainingSymbol", value: "no.Such" },
      { case: "fileContainingSymbol", value: "portfolio.gateway.v1.PartStatus.no_such_field" },
      { case: "allExtensionNumbersOfType", value: "no.Such" },
    ] as const) {
      expect(await ask(messageRequest)).toMatchObject({
        case: "errorResponse",
        value: { errorCode: 5 },
      });
    }
  });

  it("answers v1alpha alike", async () => {
    const client = createClient(AlphaServerReflection, transport);
    async function* one() {
      yield {
        messageRequest: { case: "fileByFilename", value: "portfolio/policy/v1/policy.proto" },
      } as const;
    }

    const answers = [];
    for await (const { messageResponse } of client.serverReflectionInfo(one())) {
      answers.push(messageResponse);
    }

    expect(answers).toMatchObject([{ case: "fileDescriptorResponse" }]);
  });
});
