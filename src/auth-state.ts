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
export type BusyState =
  | { readonly state: 'requestingToken' }
  | { readonly state: 'verifyingCode'; readonly challenge: Challenge };

/** Where a login stands. `state` tells which of the other fields there are. */
export type AuthState = SettledState | BusyState;

type AuthSnapshot = SnapshotFrom<typeof authMachine>;

// One object a snapshot, since frameworks compare by identity.
const states = new WeakMap<AuthSnapshot, AuthState>();

/** The state that a snapshot of the machine stands for. */
export function stateOf(snapshot: AuthSnapshot): AuthState {
  const known = states.get(snapshot);
  if (known) return known;
  const { challenge, session, failure } = snapshot.context;
  // The machine keeps of these what its state needs, and nothing else.
  const state = {
    state: snapshot.value,
    ...(challenge && { challenge }),
    ...(session && { session }),
    ...(failure && { failure }),
  } as AuthState;
  states.set(snapshot, state);
  return state;
}
