import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  TrainingSpecSchema,
  ValidationSchema,
} from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import type { StudyCareDeps } from "./app/look-after-studies.ts";
import { withValues } from "./rpc/convert/read-study.ts";

/** Days of the first year, of which no day can be learned from. */
const FIRST_YEAR = 252;

/**
 * Encodes what a trial, or the training after all of them, is to do.
 *
 * A trial ends with the days that trials see, and on the first rung tests the later half of them in one
 * fold. The training tests only days after those.
 */
export const studySpec: StudyCareDeps["writeSpec"] = (study, values, rung) => {
  const base = fromBinary(TrainingSpecSchema, study.spec);
  const spec = withValues(base, study.parameters, values);
  const walk = base.validation?.scheme.case === "walkForward" ? base.validation.scheme.value : {};
  const learnable = Math.max(1, study.trialDays - FIRST_YEAR);
  const validationOf = (change: { foldCount?: number; trainDaysMin?: number }) =>
    create(ValidationSchema, {
      ...(base.validation?.embargoDays !== undefined && {
        embargoDays: base.validation.embargoDays,
      }),
      scheme: { case: "walkForward", value: { ...walk, ...change } },
    });
  switch (rung) {
    case 0: {
      const validation = validationOf({ foldCount: 1, trainDaysMin: Math.floor(learnable / 2) });
      return toBinary(TrainingSpecSchema, { ...spec, endDate: study.trialEndDate, validation });
    }
    case 1:
      return toBinary(TrainingSpecSchema, { ...spec, endDate: study.trialEndDate });
    case "training":
      return toBinary(TrainingSpecSchema, {
        ...spec,
        validation: validationOf({ trainDaysMin: learnable }),
      });
  }
};
