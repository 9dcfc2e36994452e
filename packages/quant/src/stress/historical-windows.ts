/** A time of market stress: from the close of a peak of the S&P 500 to that of a low. */
export interface StressWindow {
  /** Stable name, such as `covid-2020`. */
  readonly id: string;
  /** Name for people. */
  readonly title: string;
  /** Days since 1970-01-01 of the closes between which returns are taken. */
  readonly startDay: number;
  readonly endDay: number;
  /** Return of the S&P 500 price index between these closes. */
  readonly indexReturn: number;
}

const DAY_MS = 86_400_000;

const windowOf = (
  id: string,
  title: string,
  [start, end]: readonly [string, string],
  indexReturn: number,
): StressWindow => ({
  id,
  title,
  startDay: Date.parse(start) / DAY_MS,
  endDay: Date.parse(end) / DAY_MS,
  indexReturn,
});

/**
 * Falls of the US stock market since 1987, in time order. Windows may overlap.
 *
 * Each goes from the highest close of the S&P 500 in it to the lowest, except Lehman's, which starts
 * at the last close before the bankruptcy.
 */
export const STRESS_WINDOWS: readonly StressWindow[] = [
  windowOf("crash-1987", "Black Monday", ["1987-08-25", "1987-12-04"], -0.3351),
  windowOf("gulf-war-1990", "Invasion of Kuwait", ["1990-07-16", "1990-10-11"], -0.1992),
  windowOf("bond-crash-1994", "Bond market crash", ["1994-02-02", "1994-04-04"], -0.0894),
  windowOf("asia-1997", "Asian financial crisis", ["1997-10-07", "1997-10-27"], -0.108),
  windowOf("russia-1998", "Russian default and LTCM", ["1998-07-17", "1998-08-31"], -0.1934),
  windowOf("dot-com-2000", "Dot-com bust", ["2000-03-24", "2002-10-09"], -0.4915),
  windowOf("september-11", "September 11 attacks", ["2001-09-10", "2001-09-21"], -0.116),
  windowOf("accounting-2002", "Accounting scandals", ["2002-03-19", "2002-07-23"], -0.3184),
  windowOf("financial-crisis", "Global financial crisis", ["2007-10-09", "2009-03-09"], -0.5678),
  windowOf("lehman-2008", "Lehman bankruptcy", ["2008-09-12", "2008-11-20"], -0.3989),
  windowOf("greece-2010", "Flash crash and Greek debt", ["2010-04-23", "2010-07-02"], -0.1599),
  windowOf("downgrade-2011", "US downgrade and euro crisis", ["2011-07-22", "2011-10-03"], -0.1827),
  windowOf("taper-2013", "Taper tantrum", ["2013-05-21", "2013-06-24"], -0.0576),
  windowOf("china-2015", "Chinese devaluation", ["2015-08-17", "2015-08-25"], -0.1117),
  windowOf("oil-2016", "Oil and growth scare", ["2015-12-29", "2016-02-11"], -0.1199),
  windowOf("volatility-2018", "Volatility spike", ["2018-01-26", "2018-02-08"], -0.1016),
  windowOf("rates-2018", "Fourth quarter of 2018", ["2018-09-20", "2018-12-24"], -0.1978),
  windowOf("covid-2020", "COVID-19 crash", ["2020-02-19", "2020-03-23"], -0.3392),
  windowOf("inflation-2022", "Inflation and rate rises", ["2022-01-03", "2022-10-12"], -0.2543),
  windowOf("banks-2023", "US regional banks", ["2023-02-02", "2023-03-13"], -0.0775),
  windowOf("carry-2024", "Yen carry trade unwinding", ["2024-07-16", "2024-08-05"], -0.0849),
  windowOf("tariffs-2025", "US tariffs", ["2025-02-19", "2025-04-08"], -0.189),
];
