/** The same work without etna-auth, measured in turn in the same run. */
export interface Comparison {
  readonly name: string;
  readonly value: number;
  /** The median of the ratios of all rounds, ours to theirs. */
  readonly ratio: number;
  /** The quartiles of these ratios. */
  readonly spread: { readonly from: number; readonly to: number };
}

/** One measurement. */
export interface Result {
  readonly group: string;
  readonly name: string;
  readonly unit: 'ms' | 'µs' | 'logins/s' | 'KiB' | 'KB' | '%';
  /** The median, if it is measured more than once. */
  readonly value: number;
  readonly reference?: Comparison;
  /** The limit for the ratio, or for the value if there is no ratio. For a rate it is a minimum, otherwise a maximum. */
  readonly goal?: number;
}

/** Measures the sides in turn, once per round, so that other load on the machine affects all of them. */
export async function inTurn<Side extends string>(
  sides: Readonly<Record<Side, () => number | Promise<number>>>,
  rounds: number,
): Promise<Record<Side, number[]>> {
  const names = Object.keys(sides) as Side[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Side, number[]>;
  // The first round only warms up disks, caches and compilers.
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const value = await sides[name]();
      if (round > 0) values[name].push(value);
    }
  }
  return values;
}

/** The value below which this share of the values lies. */
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] ?? Number.NaN;

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Compares two sides, round by round. */
export function compare(name: string, ours: readonly number[], theirs: readonly number[]): Comparison {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
  return {
    name,
    value: median(theirs),
    ratio: median(ratios),
    spread: { from: quantile(ratios, 0.25), to: quantile(ratios, 0.75) },
  };
}

/** The duration of an operation, in milliseconds. */
export async function timeOf(operation: () => unknown): Promise<number> {
  const start = performance.now();
  await operation();
  return performance.now() - start;
}

/** Whether the goal is met; `null` if there is none. */
export function isMet({ unit, value, reference, goal }: Result): boolean | null {
  if (goal === undefined) return null;
  const measured = reference?.ratio ?? value;
  return unit === 'logins/s' ? measured >= goal : measured <= goal;
}
