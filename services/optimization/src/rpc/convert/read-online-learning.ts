import {
  type OnlineLearning,
  OnlineRule as WireRule,
} from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import type { Objective } from "../../domain/methods.ts";
import { checkNumbers } from "./read-numbers.ts";
import { refuse } from "./refuse.ts";

const FIELD = "objective.online_learning";
const RATE = 0.05;
const SENSITIVITY = 0.5;
const THRESHOLD = 10;
const WINDOW_DAYS = 5;
const WINDOW_DAYS_MIN = 2;

/** Reads how weights learn. @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`. */
export function readOnlineLearning({ rule, parameter, windowDays }: OnlineLearning): Objective {
  switch (rule) {
    case WireRule.UNSPECIFIED:
    case WireRule.EXPONENTIATED_GRADIENT: {
      const rate = positive(parameter ?? RATE, 100);
      return { kind: "online-learning", rule: { kind: "exponentiated-gradient", rate } };
    }
    case WireRule.PASSIVE_AGGRESSIVE: {
      const sensitivity = within(parameter ?? SENSITIVITY, 10);
      return { kind: "online-learning", rule: { kind: "passive-aggressive", sensitivity } };
    }
    case WireRule.MOVING_AVERAGE_REVERSION: {
      const threshold = positive(parameter ?? THRESHOLD, 1000);
      const window = windowDays || WINDOW_DAYS;
      if (window < WINDOW_DAYS_MIN) {
        refuse("REQUEST_INVALID", `${FIELD}.window_days`, "1 is neither 0 nor at least 2");
      }
      const method = { kind: "moving-average-reversion", threshold, window } as const;
      return { kind: "online-learning", rule: method };
    }
  }
}

function within(value: number, max: number): number {
  checkNumbers([{ field: `${FIELD}.parameter`, value, min: 0, max }]);
  return value;
}

function positive(value: number, max: number): number {
  if (within(value, max) === 0) {
    refuse("REQUEST_INVALID", `${FIELD}.parameter`, "0 is not over 0");
  }
  return value;
}
