import { AppError } from "@portfolio/platform/app-error";

/** There is no saved portfolio of this identifier. */
export function portfolioUnknown(id: string): AppError {
  return new AppError("not-found", "PORTFOLIO_UNKNOWN", "There is no such portfolio.", {
    metadata: { id },
  });
}
