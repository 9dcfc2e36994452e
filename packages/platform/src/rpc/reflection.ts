import {
  create,
  createRegistry,
  type DescExtension,
  type DescFile,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type Registry,
  toBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { file_google_rpc_error_details } from "@portfolio/gen/google/rpc/error_details_pb.js";
import {
  ServerReflection,
  type ServerReflectionRequest,
  ServerReflectionRequestSchema,
  type ServerReflectionResponse,
  ServerReflectionResponseSchema,
} from "@portfolio/gen/grpc/reflection/v1/reflection_pb.js";
import {
  ServerReflectionRequestSchema as AlphaRequestSchema,
  ServerReflectionResponseSchema as AlphaResponseSchema,
  ServerReflection as AlphaServerReflection,
} from "@portfolio/gen/grpc/reflection/v1alpha/reflection_pb.js";
import { type Registration, register } from "./registration.ts";

type Answer = NonNullable<
  MessageInitShape<typeof ServerReflectionResponseSchema>["messageResponse"]
>;

/**
 * Serves reflection, v1 and v1alpha, so that grpcurl needs no proto files.
 *
 * Descriptors are sent as the compiler made them, with option extensions and the
 * files that only options import: strict clients fail without them. The types of
 * error details are there too, so that grpcurl shows what is wrong in words.
 */
export function reflectionRegistrations(services: readonly DescService[]): Registration[] {
  const index = new DescriptorIndex([...services, ServerReflection, AlphaServerReflection]);
  return [
    register(ServerReflection, {
      async *serverReflectionInfo(requests) {
        for await (const request of requests) {
          yield index.respond(request);
        }
      },
    }),
    register(AlphaServerReflection, {
      async *serverReflectionInfo(requests) {
        for await (const alpha of requests) {
          const request = fromBinary(
            ServerReflectionRequestSchema,
            toBinary(AlphaRequestSchema, alpha),
          );
          const response = index.respond(request);
          yield fromBinary(AlphaResponseSchema, toBinary(ServerReflectionResponseSchema, response));
        }
      },
    }),
  ];
}

class DescriptorIndex {
  readonly #services: readonly DescService[];
  readonly #files = new Map<string, DescFile>();
  readonly #registry: Registry;

  constructor(services: readonly DescService[]) {
    this.#services = services;
    for (const file of [
      ...services.map((service) => service.file),
      file_google_rpc_error_details,
    ]) {
      collectFiles(file, this.#files);
    }
    this.#registry = createRegistry(...this.#files.values());
  }

  respond(request: ServerReflectionRequest): ServerReflectionResponse {
    return create(ServerReflectionResponseSchema, {
      validHost: request.host,
      originalRequest: request,
      messageResponse: this.#answer(request.messageRequest),
    });
  }

  #answer(question: ServerReflectionRequest["messageRequest"]): Answer {
    switch (question.case) {
      case "listServices": {
        const service = this.#services.map(({ typeName }) => ({ name: typeName }));
        return { case: "listServicesResponse", value: { service } };
      }
      case "fileByFilename":
        return fileAnswer(this.#files.get(question.value), question.value);
      case "fileContainingSymbol":
        return fileAnswer(this.#fileOfSymbol(question.value), question.value);
      case "fileContainingExtension": {
        const { containingType, extensionNumber } = question.value;
        const extension = this.#extensionsOf(containingType).find(
          ({ number }) => number === extensionNumber,
        );
        return fileAnswer(extension?.file, `${containingType} ${extensionNumber}`);
      }
      case "allExtensionNumbersOfType":
        return this.#extensionNumbers(question.value);
      default:
        return failure(Code.InvalidArgument, "the request asks for nothing");
    }
  }

  /** A symbol is a type, a service, or a member of one: a field, a value or a method. */
  #fileOfSymbol(symbol: string): DescFile | undefined {
    const descriptor = this.#registry.get(symbol);
    if (descriptor !== undefined) {
      return descriptor.file;
    }
    const parent = this.#registry.get(symbol.slice(0, symbol.lastIndexOf(".")));
    const member = symbol.slice(symbol.lastIndexOf(".") + 1);
    return parent !== undefined && memberNames(parent).includes(member) ? parent.file : undefined;
  }

  #extensionsOf(typeName: string): DescExtension[] {
    return [...this.#registry].filter(
      (descriptor) => descriptor.kind === "extension" && descriptor.extendee.typeName === typeName,
    ) as DescExtension[];
  }

  #extensionNumbers(baseTypeName: string): Answer {
    if (this.#registry.getMessage(baseTypeName) === undefined) {
      return failure(Code.NotFound, `${baseTypeName} is not known`);
    }
    const extensionNumber = this.#extensionsOf(baseTypeName).map(({ number }) => number);
    return { case: "allExtensionNumbersResponse", value: { baseTypeName, extensionNumber } };
  }
}

function memberNames(descriptor: ReturnType<Registry["get"]> & object): string[] {
  switch (descriptor.kind) {
    case "message":
      return [...descriptor.fields, ...descriptor.oneofs].map(({ name }) => name);
    case "enum":
      return descriptor.values.map(({ name }) => name);
    case "service":
      return descriptor.methods.map(({ name }) => name);
    case "extension":
      return [];
  }
}

/** The file, and every file that it needs. */
function fileAnswer(file: DescFile | undefined, what: string): Answer {
  if (file === undefined) {
    return failure(Code.NotFound, `${what} is not known`);
  }
  const files = new Map<string, DescFile>();
  collectFiles(file, files);
  const fileDescriptorProto = [...files.values()].map(({ proto }) =>
    toBinary(FileDescriptorProtoSchema, proto),
  );
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
}

function collectFiles(file: DescFile, into: Map<string, DescFile>): void {
  if (!into.has(file.proto.name)) {
    into.set(file.proto.name, file);
    for (const dependency of file.dependencies) {
      collectFiles(dependency, into);
    }
  }
}

function failure(errorCode: Code, errorMessage: string): Answer {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}
