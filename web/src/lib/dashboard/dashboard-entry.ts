import type {
  Dashboard,
  Panel,
  PanelStyle,
  SeriesTransform,
} from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";

// Numbers of the contract, so that the page loads without its descriptors.
const STYLES = ["lines", "lines", "bars", "table"] as const;
const TRANSFORMS = [
  "none",
  "less-baseline",
  "cumulative-mean",
  "rolling-mean",
  "cumulative-sum",
] as const;

export type PanelLook = (typeof STYLES)[number];
export type TransformName = Exclude<(typeof TRANSFORMS)[number], "none">;

/** How much room a panel takes: columns of twelve, and rows. */
export const PANEL_SIZES = {
  small: { columnSpan: 4, rowSpan: 4 },
  medium: { columnSpan: 6, rowSpan: 4 },
  wide: { columnSpan: 12, rowSpan: 4 },
  large: { columnSpan: 12, rowSpan: 8 },
} as const;
export type PanelSize = keyof typeof PANEL_SIZES;

const COLUMNS = 12;
const WIDE_COLUMNS = 9;
const SMALL_COLUMNS = 5;
const TALL_ROWS = 6;

/** Most panels that the service keeps in a dashboard. */
export const PANELS_MAX = 24;

/** A chart of a dashboard. */
export interface PanelEntry {
  /** May be empty: the name of the series then stands for it. */
  readonly title: string;
  readonly modelId: string;
  /** Versions by number and by what they do. Without any, the newest five. */
  readonly numbers: readonly number[];
  readonly aliases: readonly string[];
  /** Name of a series of the contract, such as `rank_ic`. */
  readonly series: string;
  readonly transforms: readonly TransformName[];
  readonly look: PanelLook;
  readonly size: PanelSize;
}

/** Panels that somebody has arranged, in the order of reading. */
export interface DashboardEntry {
  /** Empty for one that is not kept yet. */
  readonly id: string;
  readonly title: string;
  readonly panels: readonly PanelEntry[];
  readonly revision: number;
}

export function dashboardEntry({ id, title, panels, revision }: Dashboard): DashboardEntry {
  const inOrder = panels.toSorted((one, other) => placeOf(one) - placeOf(other));
  return { id, title, revision, panels: inOrder.map(panelEntry) };
}

/** A dashboard as the contract writes it, each panel beside or below the one before. */
export function dashboardInit({ id, title, panels, revision }: DashboardEntry) {
  const places = placesOf(panels);
  return {
    ...{ id, title, revision },
    panels: panels.map((panel, k) => ({
      title: panel.title,
      query: queryInit(panel),
      style: STYLES.lastIndexOf(panel.look) as PanelStyle,
      ...(places[k] && { place: places[k] }),
    })),
  };
}

/** Which figures a panel shows, as the contract writes it. */
export function queryInit({ modelId, numbers, aliases, series, transforms }: PanelEntry) {
  return {
    ...{ modelId, series, numbers: [...numbers], aliases: [...aliases] },
    transforms: transforms.map((name) => TRANSFORMS.indexOf(name) as SeriesTransform),
  };
}

function panelEntry({ title, query, style, place }: Panel): PanelEntry {
  return {
    title,
    modelId: query?.modelId ?? "",
    numbers: query?.numbers ?? [],
    aliases: query?.aliases ?? [],
    series: query?.series ?? "",
    transforms: (query?.transforms ?? []).flatMap((transform) => {
      const name = TRANSFORMS[transform];
      return name === undefined || name === "none" ? [] : [name];
    }),
    look: STYLES[style] ?? "lines",
    size: sizeOf(place?.columnSpan || PANEL_SIZES.medium.columnSpan, place?.rowSpan ?? 0),
  };
}

/** The size nearest to one that another client of the service may have given. */
function sizeOf(columnSpan: number, rowSpan: number): PanelSize {
  if (columnSpan >= WIDE_COLUMNS) {
    return rowSpan >= TALL_ROWS ? "large" : "wide";
  }
  return columnSpan < SMALL_COLUMNS ? "small" : "medium";
}

function placeOf({ place }: Panel): number {
  return (place?.row ?? 0) * COLUMNS + (place?.column ?? 0);
}

function placesOf(panels: readonly PanelEntry[]) {
  let [column, row, rowEnd] = [0, 0, 0];
  return panels.map(({ size }) => {
    const { columnSpan, rowSpan } = PANEL_SIZES[size];
    if (column + columnSpan > COLUMNS) {
      [column, row] = [0, rowEnd];
    }
    const place = { column, row, columnSpan, rowSpan };
    column += columnSpan;
    rowEnd = Math.max(rowEnd, row + rowSpan);
    return place;
  });
}
