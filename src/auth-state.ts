import type { SnapshotFrom } from 'xstate';
import type { authMachine } from '../machines/auth.machine.ts';
import type { AuthFailure } from '../machines/failures.ts';
import type { Challenge, Session } from '../machines/vocabulary.ts';

/** A state in which the login waits for the user. */
export type SettledState =
  | { readonly state: 'idle' }
  | { readonly state: 'awaitingCode'; readonly challenge: Challenge }
  | { readonly state: 'authenticated'; readonly session: Session }
  | { readonly state: 'failed'; readonly failure: AuthFailure };

/** A state in which a request is under way, or, in `awaitingTurn`, a page waits for another tab that signs in to the account. */
export type BusyState =
  | { readonly state: 'requestingToken' }
  | { readonly state: 'awaitingTurn' }
  | { readonly state: 'verifyingCode'; readonly challenge: Challenge };

/** The state of a login. `state` determines which of the other fields exist. */
export type AuthState = SettledState | BusyState;

type AuthSnapshot = SnapshotFrom<typeof authMachine>;

// One object per snapshot, since frameworks compare by identity.
const states = new WeakMap<AuthSnapshot, AuthState>();

/** Converts a snapshot of the machine. */
export function stateOf(snapshot: AuthSnapshot): AuthState {
  const known = states.get(snapshot);
  if (known) return known;
  const { challenge, session, failure } = snapshot.context;
  // The context contains no more than the state needs.
  const state = {
    state: snapshot.value,
    ...(challenge && { challenge }),
    ...(session && { session }),
    ...(failure && { failure }),
  } as AuthState;
  states.set(snapshot, state);
  return state;
}
