import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ModelCardSchema } from "@portfolio/gen/portfolio/training/v1/model_card_pb.js";
import { cardLimits } from "../../domain/card-limits.ts";
import type { CardDrift, CardExplanation } from "../../domain/card-sections.ts";
import type { CardFigure, ModelCard, SelectionRisk } from "../../domain/model-card.ts";
import { writeMethod } from "./write-explanations.ts";
import { writeStageChange, writeVerification } from "./write-history.ts";
import { writeModel, writeVersion } from "./write-version.ts";

/** Writes a card as the contract has it. */
export function writeCard(card: ModelCard): MessageInitShape<typeof ModelCardSchema> {
  const { model, version, testDays, verification } = card;
  return {
    model: writeModel(model),
    version: writeVersion(version, model),
    figures: card.figures.map(writeFigure),
    ...(testDays && { testDays: { startDate: testDays.startDate, endDate: testDays.endDate } }),
    testDayCount: testDays?.count ?? 0,
    selection: writeSelection(card.selection),
    stageChanges: card.stageChanges.map(writeStageChange),
    ...(verification && { verification: writeVerification(verification) }),
    limits: cardLimits(card),
    ...(card.explanation && { explanation: writeExplanation(card.explanation) }),
    ...(card.drift && { drift: writeDrift(card.drift) }),
  };
}

function writeFigure({ name, meaning, value, interval, baseline }: CardFigure) {
  return {
    ...{ name, meaning, value },
    ...interval,
    ...(baseline !== undefined && { baseline }),
  };
}

function writeExplanation(explanation: CardExplanation) {
  const { startDate, endDate, features } = explanation;
  return {
    ...writeMethod(explanation),
    days: { startDate, endDate },
    features: features.map(({ name, mean, share }) => ({ feature: name, mean, share })),
  };
}

function writeDrift({ createTime, evidenceRatio, driftedFeatures, featureCount }: CardDrift) {
  return {
    ...{ createTime, featureCount },
    driftedFeatures: [...driftedFeatures],
    ...(evidenceRatio !== undefined && { evidenceRatio }),
  };
}

function writeSelection(selection: SelectionRisk) {
  const { deflatedSharpe, overfittingProbability, studyOverfittingProbability, ...counts } =
    selection;
  return {
    ...counts,
    ...(deflatedSharpe !== undefined && { deflatedSharpe }),
    ...(overfittingProbability !== undefined && { overfittingProbability }),
    ...(studyOverfittingProbability !== undefined && { studyOverfittingProbability }),
  };
}
