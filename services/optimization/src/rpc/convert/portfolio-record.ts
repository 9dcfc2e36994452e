import { fromBinary, type MessageInitShape, toBinary, toJson } from "@bufbuild/protobuf";
import { OptimizePortfolioRequestSchema } from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import {
  type CreatePortfolioRequest,
  CreatePortfolioRequestSchema,
  type PortfolioRebalanceSchema,
  type RebalancePortfolioRequest,
  RebalancePortfolioRequestSchema,
  type SavedPortfolioSchema,
} from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";
import { ProvenanceSchema } from "@portfolio/gen/portfolio/optimization/v1/result_pb.js";
import type { RebalanceDraft } from "../../app/rebalance-portfolio.ts";
import type { PortfolioDraft } from "../../app/save-portfolio.ts";
import type { Rebalance, SavedPortfolio } from "../../ports.ts";
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
  checkPrintable("request_id", requestId);
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

/**
 * Reads what a portfolio is to hold from now on.
 *
 * @throws {AppError} `POSITIONS_EMPTY`, `SYMBOL_REPEATED`, `NUMBER_NOT_FINITE`, `REQUEST_INVALID`.
 */
export function readRebalance(request: RebalancePortfolioRequest): RebalanceDraft {
  const { portfolioId, optimization, provenance, requestId } = request;
  const reason = request.reason.trim();
  checkPrintable("reason", reason);
  checkPrintable("request_id", requestId);
  return {
    ...{ portfolioId, reason, requestId },
    after: readPositions(request.positions),
    optimization: optimization && toBinary(OptimizePortfolioRequestSchema, optimization),
    provenance: provenance && toBinary(ProvenanceSchema, provenance),
    content: toJson(RebalancePortfolioRequestSchema, request),
  };
}

/** Refuses a text that a database cannot hold. Empty is fine. */
function checkPrintable(field: string, text: string): void {
  if (text !== "" && !isPrintable(text)) {
    refuse("REQUEST_INVALID", field, "a text holds a printable character and no control character");
  }
}

/** Writes a change of positions. */
export function writeRebalance({
  before,
  after,
  ...rebalance
}: Rebalance): MessageInitShape<typeof PortfolioRebalanceSchema> {
  return { ...rebalance, positionsBefore: [...before], positionsAfter: [...after] };
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
