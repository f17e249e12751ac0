import type { AuthState } from '../../src/auth-state.ts';
import type { ModelState } from '../../src/testing/index.ts';

/** What a state of the library is in the model. */
export function stateShown(state: AuthState): ModelState {
  if (state.state === 'failed') return { state: state.state, code: state.failure.code };
  if (state.state !== 'awaitingCode') return { state: state.state };
  const { kind, attempt, problem } = state.challenge;
  return { state: state.state, kind, attempt, problem };
}
