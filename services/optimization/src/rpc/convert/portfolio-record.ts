import { fromBinary, type MessageInitShape, toBinary, toJson } from "@bufbuild/protobuf";
import { OptimizePortfolioRequestSchema } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import {
  type CreatePortfolioRequest,
  CreatePortfolioRequestSchema,
  type SavedPortfolioSchema,
} from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { ProvenanceSchema } from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import type { PortfolioDraft } from "../../app/save-portfolio.ts";
import type { SavedPortfolio } from "../../ports.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readPositions } from "./read-positions.ts";
import { isPrintable } from "./read-symbols.ts";
import { refuse } from "./refuse.ts";

/**
 * Reads a portfolio to save.
 *
 * @throws {AppError} `POSITIONS_EMPTY`, `SYMBOL_REPEATED`, `NUMBER_NOT_FINITE`, `REQUEST_INVALID`.
 */
export function readDraft(request: CreatePortfolioRequest): PortfolioDraft {
  const { optimization, provenance, cashAmount, requestId } = request;
  const name = request.name.trim();
  if (!isPrintable(name)) {
    refuse(
      "REQUEST_INVALID",
      "name",
      "a name holds a printable character and no control character",
    );
  }
  if (requestId !== "" && !isPrintable(requestId)) {
    refuse("REQUEST_INVALID", "request_id", "an identifier holds no control character");
  }
  const positions = readPositions(request.positions);
  checkNumbers([{ field: "cash_amount", value: cashAmount, min: 0, max: Number.MAX_VALUE }]);
  return {
    name,
    positions,
    optimization: optimization && toBinary(OptimizePortfolioRequestSchema, optimization),
    provenance: provenance && toBinary(ProvenanceSchema, provenance),
    cashAmount,
    requestId,
    content: toJson(CreatePortfolioRequestSchema, request),
  };
}

/** Writes a saved portfolio. */
export function writePortfolio({
  optimization,
  provenance,
  positions,
  ...portfolio
}: SavedPortfolio): MessageInitShape<typeof SavedPortfolioSchema> {
  return {
    ...portfolio,
    positions: [...positions],
    ...(optimization && { optimization: fromBinary(OptimizePortfolioRequestSchema, optimization) }),
    ...(provenance && { provenance: fromBinary(ProvenanceSchema, provenance) }),
  };
}
