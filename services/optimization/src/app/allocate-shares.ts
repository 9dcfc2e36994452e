import { AppError } from "@portfolio/platform/app-error";
import { allocateShares as allocate } from "@portfolio/quant";
import type { AllocationProblem } from "../domain/portfolio-problem.ts";
import type { LastClose, PriceHistory } from "../ports.ts";
import { positionFields } from "./position-fields.ts";
