import { Code, ConnectError, createClient } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RequestInfoSchema,
} from "@portfolio/gen/google/rpc/error_details_pb.js";
import { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { expect } from "vitest";
import { AppError } from "../../app-error.ts";
import { register } from "../../rpc/registration.ts";
import { failureOf, openEcho, type TransportSpec } from "./spec.ts";

const REQUEST_ID = "018f2f0c-3b1e-7f6a-9c55-0a1b2c3d4e5f";

/** What callers see when something goes wrong. */
export const errorSpecs: readonly TransportSpec[] = [
  {
    title: "carries an AppError with reason, metadata, violations and request id",
    run: async (open) => {
      const echo = await openEcho(open, {
        echo: () => {
          throw new AppError("not-found", "SYMBOL_UNKNOWN", "There is no ZZZ.", {
            metadata: { symbol: "ZZZ" },
            violations: [{ field: "symbols[0]", description: "is not in the dataset" }],
          });
        },
      });

      const error = await failureOf(echo.echo({}, { headers: { "x-request-id": REQUEST_ID } }));

      expect(error).toMatchObject({ code: Code.NotFound, rawMessage: "There is no ZZZ." });
      expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
        { reason: "SYMBOL_UNKNOWN", domain: "portfolio", metadata: { symbol: "ZZZ" } },
      ]);
      expect(error.findDetails(BadRequestSchema)).toMatchObject([
        { fieldViolations: [{ field: "symbols[0]", description: "is not in the dataset" }] },
      ]);
      expect(error.findDetails(RequestInfoSchema)).toMatchObject([{ requestId: REQUEST_ID }]);
    },
  },
  {
    title: "withholds the message of an unexpected error",
    run: async (open) => {
      const echo = await openEcho(open, {
        echo: () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.7:5432")),
      });

      const error = await failureOf(echo.echo({}));

      expect(error).toMatchObject({ code: Code.Internal, rawMessage: "internal error" });
      expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "INTERNAL" }]);
      expect(JSON.stringify([error.details, error.cause, [...error.metadata]])).not.toContain(
        "10.0.0.7",
      );
    },
  },
  {
    title: "passes another service's error on, without the metadata of its hop",
    run: async (open) => {
      const echo = await openEcho(open, {
        echo: () => {
          throw new ConnectError(
            "too many",
            Code.ResourceExhausted,
            { "content-type": "application/grpc+proto", "grpc-status": "8", "x-internal": "1" },
            [{ desc: ErrorInfoSchema, value: { reason: "QUOTA", domain: "portfolio" } }],
          );
        },
      });

      const error = await failureOf(echo.echo({}));

      expect(error).toMatchObject({ code: Code.ResourceExhausted, rawMessage: "too many" });
      expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "QUOTA" }]);
      expect(error.metadata.get("x-internal")).toBeNull();
      expect(error.metadata.get("grpc-status")).toBeNull();
      expect(error.metadata.get("content-type") ?? "").not.toContain("grpc+proto");
    },
  },
  {
    title: "rejects what breaks a rule of the contract, and names the field",
    run: async (open) => {
      const unreachable = () => Promise.reject(new Error("the handler was reached"));
      const transport = await open([
        register(InstrumentService, {
          listInstruments: unreachable,
          getInstrument: unreachable,
          searchInstruments: unreachable,
        }),
      ]);
      const instruments = createClient(InstrumentService, transport);

      const error = await failureOf(instruments.searchInstruments({ query: "", limit: 101 }));

      expect(error.code).toBe(Code.InvalidArgument);
      expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "REQUEST_INVALID" }]);
      const [badRequest] = error.findDetails(BadRequestSchema);
      expect(badRequest?.fieldViolations.map(({ field }) => field)).toEqual(["query", "limit"]);
    },
  },
  {
    title: "says UNIMPLEMENTED for a method that nobody serves",
    run: async (open) => {
      const transport = await open([{ service: InstrumentService, implementation: {} }]);

      const error = await failureOf(
        createClient(InstrumentService, transport).getInstrument({ symbol: "AAPL" }),
      );

      expect(error.code).toBe(Code.Unimplemented);
    },
  },
];
