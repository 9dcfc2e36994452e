import type { MessageInitShape } from "@bufbuild/protobuf";
import type { MetricSeriesSchema } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { dateOf } from "../../domain/day-number.ts";
import type { MetricSeries } from "../../domain/model-version.ts";

/** Writes figures by step or day as the contract has them. */
export function writeSeries({
  name,
  unit,
  points,
  values,
}: MetricSeries): MessageInitShape<typeof MetricSeriesSchema> {
  return {
    name,
    points:
      unit === "step"
        ? { case: "steps", value: { numbers: Array.from(points) } }
        : { case: "days", value: { dates: Array.from(points, dateOf) } },
    values: Array.from(values),
  };
}
