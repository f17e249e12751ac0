import type { AuthState } from '../../src/auth-state.ts';
import type { ModelState } from '../../src/testing/index.ts';

/** Of a state of the library, whether built or not, what the model has too. */
interface Shown {
  readonly state: AuthState['state'];
  readonly challenge?: Required<Pick<ModelState, 'kind' | 'attempt' | 'problem'>>;
  readonly failure?: Required<Pick<ModelState, 'code'>>;
}

/** What a state of the library is in the model. */
export function stateShown({ state, challenge, failure }: Shown): ModelState {
  if (state === 'failed' && failure) return { state, code: failure.code };
  if (state !== 'awaitingCode' || !challenge) return { state };
  const { kind, attempt, problem } = challenge;
  return { state, kind, attempt, problem };
}
