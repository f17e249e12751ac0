import type { CodeProvider } from '../session/sign-in.ts';

/**
 * Asks several providers at once, and takes the first answer: a person may type the code while a mailbox is watched. The others
 * are stopped by their signal. One that fails, or finds nothing, leaves it to the rest.
 *
 * @throws what the last provider to fail threw, when none has an answer.
 *
 * @example
 * ```ts
 * import { firstCode, storedLogin, createFileStore } from 'etna-auth/node';
 *
 * const session = await storedLogin({
 *   store: createFileStore(),
 *   getCode: firstCode(
 *     (challenge, { signal }) => askInTheTerminal(challenge.step, signal),
 *     (challenge, { signal }) => watchMailbox(signal),
 *   ),
 * });
 *
 * declare function askInTheTerminal(step: string, signal: AbortSignal): Promise<string>;
 * declare function watchMailbox(signal: AbortSignal): Promise<string>;
 * ```
 */
export function firstCode(...providers: readonly CodeProvider[]): CodeProvider {
  return async (challenge, { signal }) => {
    const answered = new AbortController();
    const context = { signal: AbortSignal.any([signal, answered.signal]) };
    let failure: unknown = new Error('There is no provider to ask for a code.');
    try {
      return await Promise.any(
        providers.map(async (provider) => {
          try {
            const answer = await provider(challenge, context);
            if (answer === '') throw new Error('The provider found no code.');
            return answer;
          } catch (error) {
            failure = error;
            throw error;
          }
        }),
      );
    } catch {
      throw failure;
    } finally {
      answered.abort();
    }
  };
}
