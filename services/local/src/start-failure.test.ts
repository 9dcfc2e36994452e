import { AppError } from "@portfolio/platform/app-error";
import { listenError } from "@portfolio/platform/listen-error";
import { describe, expect, it } from "vitest";
import { startFailureText } from "./start-failure.ts";

describe("startFailureText", () => {
  it("says which variables choose a port that is in use", () => {
    const busy = Object.assign(new Error("listen EADDRINUSE"), { code: "EADDRINUSE" });

    expect(startFailureText(listenError(busy, "127.0.0.1", 8080))).toBe(
      "Port 8080 of 127.0.0.1 is in use by another program. Stop that program, or choose another " +
        "port.\n  PORT, DATA_GRPC_PORT, OPTIMIZATION_GRPC_PORT, JOBS_GRPC_PORT and TRAINING_GRPC_PORT choose the ports.",
    );
  });

  it("says what the database's driver said", () => {
    const cause = new Error("connect ECONNREFUSED 127.0.0.1:5432");
    const error = new AppError("unavailable", "DATABASE_UNAVAILABLE", "No database.", { cause });

    expect(startFailureText(error)).toContain("DATABASE_URL");
    expect(startFailureText(error)).toContain("(connect ECONNREFUSED 127.0.0.1:5432)");
  });

  it("passes on any other message", () => {
    expect(startFailureText(new Error("no disk"))).toBe("no disk");
    expect(startFailureText("no disk")).toBe("no disk");
  });
});
