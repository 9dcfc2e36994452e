import {
  type EfficientFrontier,
  equalWeight,
  findConflicts,
  inverseVolatility,
  maximumSharpe,
  maximumUtility,
  minimumVariance,
  pointAtReturn,
  pointAtVolatility,
  traceFrontier,
} from "@portfolio/quant";
