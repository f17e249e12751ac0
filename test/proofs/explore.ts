/** A way from the first state to another, by the names of its steps. */
export interface Found<State> {
  readonly state: State;
  /** The step that led here, and the state before; `null` for the first. */
  readonly by: { readonly name: string; readonly from: Found<State> } | null;
}

interface StepTo<State> {
  readonly name: string;
  readonly to: State;
}

/** All states that can be reached, each by one of the shortest ways, and all steps between them. */
export function exploreAll<State, Step extends StepTo<State>>(
  first: State,
  stepsFrom: (state: State) => readonly Step[],
) {
  const start: Found<State> = { state: first, by: null };
  const found = new Map<string, Found<State>>([[keyOf(first), start]]);
  const steps: { readonly from: Found<State>; readonly step: Step; readonly to: Found<State> }[] = [];
  // A map is walked in the order in which it grows, which makes this a breadth-first search.
  for (const from of found.values()) {
    for (const step of stepsFrom(from.state)) {
      const key = keyOf(step.to);
      const to = found.get(key) ?? { state: step.to, by: { name: step.name, from } };
      found.set(key, to);
      // One object for each state: most steps lead to a known one.
      steps.push({ from, step: { ...step, to: to.state }, to });
    }
  }
  return { states: [...found.values()], steps };
}

/** The steps that lead to a state, to understand a counterexample. */
export function wayTo<State>({ by }: Found<State>): readonly string[] {
  return by ? [...wayTo(by.from), by.name] : [];
}

const keyOf = (state: unknown) => JSON.stringify(state);

/** Where choices lead, and what can be chosen next. States with one key are one state. */
export interface Replayed<Now> {
  readonly key: string;
  readonly now: Now;
  readonly next: readonly string[];
}

export interface FoundByReplay<Now> {
  readonly choices: readonly string[];
  readonly now: Now;
  readonly next: readonly string[];
  /** The keys of the states that follow, in the order of `next`. */
  readonly to: readonly string[];
}

/** All states that running code can reach: each is found by running it again along one of the shortest ways. */
export async function exploreReplays<Now>(
  replay: (choices: readonly string[]) => Promise<Replayed<Now>>,
): Promise<Map<string, FoundByReplay<Now>>> {
  const found = new Map<string, FoundByReplay<Now> & { readonly to: string[] }>();
  const visit = async (choices: readonly string[]) => {
    const { key, now, next } = await replay(choices);
    if (!found.has(key)) found.set(key, { choices, now, next, to: [] });
    return key;
  };
  await visit([]);
  for (const state of found.values()) {
    for (const choice of state.next) state.to.push(await visit([...state.choices, choice]));
  }
  return found;
}
