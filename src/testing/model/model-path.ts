import type { FailureCode } from '../../../machines/failures.ts';
import type { Challenge, Expectation } from '../../../machines/vocabulary.ts';

/** An event of the user, the host, or time. `over` says whether the session has expired by then. */
export type ModelEvent =
  | {
      readonly type:
        | 'login'
        | 'code.submit'
        | 'code.resend'
        | 'cancel'
        | 'retry'
        | 'reset'
        | 'logout'
        | 'session.ended'
        | 'session.rejected'
        /** The login starts over automatically, after a new password or PIN is set. */
        | 'restart'
        /** The other login that this one waits for has ended without a session, so this one makes its request. */
        | 'turn.granted'
        /** A defect: waiting for the other login threw an unexpected error. */
        | 'turn.failed';
    }
  | { readonly type: 'session.check' | 'session.timer' | 'session.shared'; readonly over: boolean };

/** The outcome of a request. `thrown` is a defect: the service threw an unexpected error. */
export type ModelOutcome =
  | { readonly type: 'succeeded' }
  | { readonly type: 'expecting'; readonly kind: 'code' | 'pin' | 'new-password' }
  /** The server accepted the new password. The next request follows at once. */
  | { readonly type: 'restarting' }
  /** Another tab is signing in to the account, so that no request is made yet. */
  | { readonly type: 'waiting' }
  | { readonly type: 'failed'; readonly code: FailureCode }
  | { readonly type: 'thrown' };

/** The visible part of a login: its state, and what a user is shown. */
export interface ModelState {
  readonly state:
    | 'idle'
    | 'requestingToken'
    | 'awaitingTurn'
    | 'awaitingCode'
    | 'verifyingCode'
    | 'authenticated'
    | 'failed';
  /** In `awaitingCode`: the kind of challenge, the number of the attempt, and why the challenge is repeated. */
  readonly kind?: Expectation['kind'];
  readonly attempt?: number;
  readonly problem?: Challenge['problem'];
  /** In `failed`: the failure. */
  readonly code?: FailureCode;
}

/**
 * What a screen shows. Every field but `state` may be omitted. `busy` stands for `requestingToken`, `awaitingTurn` and `verifyingCode`, for
 * screens that do not distinguish them.
 */
export interface ShownState extends Omit<ModelState, 'state'> {
  readonly state: ModelState['state'] | 'busy';
}

/** An event, and the outcome of its request, if it makes one. */
export interface ModelTurn {
  readonly event: ModelEvent;
  /** The state while the request is under way. */
  readonly busy: ModelState | null;
  /** `null` if no request is made, or if the next turn aborts it. */
  readonly outcome: ModelOutcome | null;
  /** The state at the end of the turn. */
  readonly state: ModelState;
}

/** A login from its start to some state. */
export interface ModelPath {
  readonly description: string;
  /** Whether it starts with a session from an earlier login, and whether that one has expired. */
  readonly session: 'none' | 'live' | 'over';
  readonly start: ModelState;
  readonly turns: readonly ModelTurn[];
}

/** Operates a real login, such as a screen, along a path. Write one for yours. */
export interface AuthTestExecutor {
  /**
   * Does what the user does for this event, such as pressing a button. If there is an outcome, prepares it, but holds it back until
   * {@link settle}. An event that the current state does not offer must have no effect.
   */
  perform(event: ModelEvent, outcome: ModelOutcome | null): Promise<void> | void;
  /** Lets the outcome happen. With an emulator, use {@link holdAnswers}. */
  settle(outcome: ModelOutcome): Promise<void> | void;
  getState(): Promise<ShownState> | ShownState;
}

/** Whether an outcome happens before anything is sent, so that there is no reply to hold back. */
export const isUnsent = (outcome: ModelOutcome | null): boolean =>
  outcome?.type === 'thrown' ||
  outcome?.type === 'waiting' ||
  (outcome?.type === 'failed' && ['invalid-input', 'interrupted', 'insecure-url'].includes(outcome.code));

const isUnderWay = (state: ModelState['state']) => state === 'requestingToken' || state === 'verifyingCode';

/** Whether a request is made in a turn. */
export const isRequesting = ({ busy, state, outcome }: ModelTurn): boolean =>
  isUnderWay((busy ?? state).state) && !isUnsent(outcome);

/** How long a login may take to show the expected state, in milliseconds. */
const patience = 1000;

/**
 * Runs a path on a real login, and compares what it shows with the model, after each step. It may take up to a second to show it.
 *
 * @throws {Error} at the first difference, with the path, the turn, and both states.
 *
 * @example
 * ```ts
 * import { type AuthTestExecutor, createAuthTestModel, type ModelPath, runPath } from 'etna-auth/testing';
 *
 * declare function openLoginScreen(path: ModelPath): Promise<AuthTestExecutor>; // yours
 * for (const path of createAuthTestModel().getShortestPaths({ for: 'screen' })) {
 *   await runPath(path, await openLoginScreen(path));
 * }
 * ```
 */
export async function runPath(path: ModelPath, executor: AuthTestExecutor): Promise<void> {
  const check = async (expected: ModelState, moment: string) => {
    let shown = await executor.getState();
    for (let waited = 0; !agrees(shown, expected) && waited < patience; waited += 10) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      shown = await executor.getState();
    }
    if (agrees(shown, expected)) return;
    const states = `expected ${JSON.stringify(expected)}, shown ${JSON.stringify(shown)}`;
    throw new Error(`${moment}: ${states}\nPath: ${path.description}`);
  };
  await check(path.start, 'At the start');
  for (const [index, { event, busy, outcome, state }] of path.turns.entries()) {
    const moment = `Turn ${index + 1} (${event.type})`;
    await executor.perform(event, outcome);
    if (busy && !isUnsent(outcome)) await check(busy, `${moment}, under way`);
    if (outcome) await executor.settle(outcome);
    await check(state, moment);
  }
}

function agrees({ state, ...shown }: ShownState, expected: ModelState): boolean {
  const isBusy = isUnderWay(expected.state) || expected.state === 'awaitingTurn';
  const isSame = state === 'busy' ? isBusy : state === expected.state;
  return isSame && Object.entries(shown).every(([key, value]) => Reflect.get(expected, key) === value);
}
