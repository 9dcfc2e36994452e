// How times grow with the number of assets: `npm run bench -- optimization --growth`.
import {
  hierarchicalRiskParity,
  historicalMean,
  ledoitWolfCovariance,
  riskParity,
  sampleCovariance,
  traceFrontier,
} from "@portfolio/quant";
import { fatTailedReturns, longOnly } from "./data.mjs";
import { portfolioRisk } from "./longer-tasks.mjs";

/** Numbers of assets that are measured. Peers are asked up to 500. */
export const ASSET_COUNTS = [50, 100, 200, 500, 1000, 2000];
export const PEER_ASSETS_MAX = 500;

const DAYS = 2520;
const CVAR_DAYS = 1000;

const { work: leastTailLoss } = portfolioRisk("cvar", "", [CVAR_DAYS, 0], undefined, {
  kind: "cvar",
  level: 0.95,
});

/** What is measured for each number of assets, with the one peer that it is measured beside. */
export const CURVES = [
  { name: "covariance", title: "Ledoit–Wolf covariance", peer: "scikit-learn", work: ofReturns },
  { name: "frontier", title: "whole frontier", peer: "cvxcla", work: ofFrontier, isHanded: true },
  { name: "risk-parity", title: "risk parity", peer: "skfolio", work: ofRiskParity },
  {
    name: "hierarchical",
    title: "hierarchical risk parity from returns",
    peer: "skfolio",
    work: ofHierarchy,
  },
  {
    name: "cvar",
    title: "least CVaR, 1000 days",
    peer: "skfolio",
    work: ({ tail }) => leastTailLoss(tail),
    days: CVAR_DAYS,
  },
].map((curve) => ({ days: DAYS, ...curve }));

/** Makes the inputs of one number of assets. */
export function growthInput(assetCount) {
  const returns = fatTailedReturns(DAYS, assetCount);
  const problem = longOnly(historicalMean(returns), sampleCovariance(returns));
  const tail = {
    ...returns,
    rows: CVAR_DAYS,
    values: returns.values.slice(0, CVAR_DAYS * assetCount),
  };
  return { returns, problem, tail };
}

function ofReturns({ returns }) {
  return ledoitWolfCovariance(returns);
}

function ofFrontier({ problem }) {
  return traceFrontier(problem);
}

function ofRiskParity({ problem: { covariance, constraints } }) {
  return riskParity(covariance, constraints);
}

function ofHierarchy({ returns, problem }) {
  return hierarchicalRiskParity(sampleCovariance(returns), problem.constraints);
}
