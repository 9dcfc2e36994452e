import type {
  AssetDistance,
  Linkage,
  Matrix,
  NestedGoal,
  PortfolioMeasure,
} from "@portfolio/quant";

/** Weights by budgets of risk. */
export type RiskBudgetObjective =
  | {
      readonly kind: "risk-parity";
      /** One positive budget per asset, in any unit; equal ones when missing. */
      readonly budgets: Float64Array | undefined;
      readonly measure: PortfolioMeasure;
      readonly withinConstraints: boolean;
    }
  | {
      readonly kind: "relaxed-risk-parity";
      /** −Infinity for none. */
      readonly returnMinPerYear: number;
      readonly penalty: number;
    }
  | {
      readonly kind: "factor-risk-parity";
      /** Missing means as many as explain 95 % of the correlations. */
      readonly componentCount: number | undefined;
      /** One row per asset, one column per factor; principal components when missing. */
      readonly loadings: Matrix | undefined;
      /** One positive budget per factor, in any unit; equal ones when missing. */
      readonly budgets: Float64Array | undefined;
    };

/** How assets are put into a tree. */
export interface ClusteringMethod {
  readonly distance: AssetDistance;
  readonly linkage: Linkage;
  /** Missing means by the two-difference gap statistic. */
  readonly clusterCount: number | undefined;
  readonly optimalLeafOrder: boolean;
}

/** Weights that are split down a tree of alike assets. */
export type TreeObjective = { readonly clustering: ClusteringMethod } & (
  | {
      readonly kind: "hierarchical-risk-parity";
      readonly measure: PortfolioMeasure;
      readonly withinBounds: boolean;
    }
  | {
      readonly kind: "hierarchical-equal-risk";
      readonly measure: PortfolioMeasure;
      readonly equalWithin: boolean;
    }
  | {
      readonly kind: "nested-clusters";
      readonly inner: NestedGoal;
      readonly outer: NestedGoal;
    }
  | { readonly kind: "schur-complementary"; readonly gamma: number }
);
