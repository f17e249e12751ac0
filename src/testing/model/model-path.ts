import type { FailureCode } from '../../../machines/failures.ts';
import type { Challenge, Expectation } from '../../../machines/vocabulary.ts';

/** What somebody does: the user, the host, or time. `over` tells whether the session in question is over by then. */
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
        /** The login starts over by itself, once the account has what it lacked. Nobody does anything. */
        | 'restart';
    }
  | { readonly type: 'session.check' | 'session.timer' | 'session.shared'; readonly over: boolean };

/** What comes of a request. `thrown` stands for a defect: the service threw an unexpected error. */
export type ModelOutcome =
  | { readonly type: 'succeeded' }
  | { readonly type: 'expecting'; readonly kind: 'code' | 'pin' | 'new-password' }
  /** The server took the new password. It is asked for a token at once. */
  | { readonly type: 'restarting' }
  | { readonly type: 'failed'; readonly code: FailureCode }
  | { readonly type: 'thrown' };

/** What can be seen of a login: its state, and what a user is told of it. */
export interface ModelState {
  readonly state: 'idle' | 'requestingToken' | 'awaitingCode' | 'verifyingCode' | 'authenticated' | 'failed';
  /** In `awaitingCode`: what is asked for, how often it was, and why it is asked for again. */
  readonly kind?: Expectation['kind'];
  readonly attempt?: number;
  readonly problem?: Challenge['problem'];
  /** In `failed`: the failure. */
  readonly code?: FailureCode;
}

/**
 * What is shown. Fields that your login does not show may be left out, all but `state`. Where it shows the same for both
 * states in which a request is under way, `busy` stands for either.
 */
export interface ShownState extends Omit<ModelState, 'state'> {
  readonly state: ModelState['state'] | 'busy';
}

/** One event, and what comes of the request that it makes, if it makes one. */
export interface ModelTurn {
  readonly event: ModelEvent;
  /** The state while the request is under way. */
  readonly busy: ModelState | null;
  /** `null` where no request is made, or where the next turn cuts it short. */
  readonly outcome: ModelOutcome | null;
  /** The state at the end of the turn. */
  readonly state: ModelState;
}

/** A login, from its start to some state. */
export interface ModelPath {
  readonly description: string;
  /** Whether it starts with a session from an earlier login, and whether that one is over. */
  readonly session: 'none' | 'live' | 'over';
  readonly start: ModelState;
  readonly turns: readonly ModelTurn[];
}

/** How a path is walked on a real login: a screen, a command, a library. Write one for yours. */
export interface AuthTestExecutor {
  /**
   * Does what the event says, as the user would. Where an outcome is given, arranges for it, but holds it back until
   * {@link settle}. An event that has no meaning in the current state must find no way to be done.
   */
  perform(event: ModelEvent, outcome: ModelOutcome | null): Promise<void> | void;
  /** Lets the outcome happen. {@link holdAnswers} does so where an emulator answers. */
  settle(outcome: ModelOutcome): Promise<void> | void;
  getState(): Promise<ShownState> | ShownState;
}

/** Whether an outcome comes of what was to be sent, not of an answer, so that nothing is under way that could be held back. */
export const isUnsent = (outcome: ModelOutcome | null): boolean =>
  outcome?.type === 'thrown' ||
  (outcome?.type === 'failed' && ['invalid-input', 'interrupted', 'insecure-url'].includes(outcome.code));

const isBusy = (state: ModelState['state']) => state === 'requestingToken' || state === 'verifyingCode';

/** Whether a request is made in a turn. */
export const isRequesting = ({ busy, state, outcome }: ModelTurn): boolean =>
  isBusy((busy ?? state).state) && !isUnsent(outcome);

/** How long a screen may take to show what the model says, in milliseconds. */
const patience = 1000;

/**
 * Walks a path on a real login, and compares what is shown with what the model says, at each step. A screen has a second
 * to show it.
 *
 * @throws {Error} at the first difference that stays, with the path, the turn, and both states.
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
  const isSame = state === 'busy' ? isBusy(expected.state) : state === expected.state;
  return isSame && Object.entries(shown).every(([key, value]) => Reflect.get(expected, key) === value);
}
