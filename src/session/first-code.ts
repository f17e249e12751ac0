import type { CodeProvider } from './sign-in.ts';

/**
 * Calls several providers at once, and takes the first code: for example, a person may type it while a mailbox is watched. The others are
 * aborted. If one fails, or finds nothing, the others continue.
 *
 * @throws the error of the provider that failed last, if none has a code.
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
