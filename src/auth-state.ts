import type { SnapshotFrom } from 'xstate';
import type { authMachine } from '../machines/auth.machine.ts';
import type { AuthFailure } from '../machines/failures.ts';
import type { Challenge, Session } from '../machines/vocabulary.ts';

/** A state in which the login rests until somebody does something. */
export type SettledState =
  | { readonly state: 'idle' }
  | { readonly state: 'awaitingCode'; readonly challenge: Challenge }
  | { readonly state: 'authenticated'; readonly session: Session }
  | { readonly state: 'failed'; readonly failure: AuthFailure };

/** A state in which a request is under way. */
export type BusyState = { readonly state: 'requestingToken' } | { readonly state: 'verifyingCode' };

/** Where a login stands. `state` tells which of the other fields there are. */
export type AuthState = SettledState | BusyState;

type AuthSnapshot = SnapshotFrom<typeof authMachine>;

// One object a snapshot, since frameworks compare by identity.
const states = new WeakMap<AuthSnapshot, AuthState>();

/** The state that a snapshot of the machine stands for. */
export function stateOf(snapshot: AuthSnapshot): AuthState {
  const state = states.get(snapshot) ?? describe(snapshot);
  states.set(snapshot, state);
  return state;
}

/** Whether a login rests. */
export function isSettled(state: AuthState): state is SettledState {
  return state.state !== 'requestingToken' && state.state !== 'verifyingCode';
}

function describe({ value: state, context: { challenge, session, failure } }: AuthSnapshot): AuthState {
  if (state === 'awaitingCode' && challenge !== null) return { state, challenge };
  if (state === 'authenticated' && session !== null) return { state, session };
  if (state === 'failed' && failure !== null) return { state, failure };
  if (state === 'idle' || state === 'requestingToken' || state === 'verifyingCode') return { state };
  throw new TypeError(`The state ${state} lacks what belongs to it.`);
}
