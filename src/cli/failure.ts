import { AuthError, type AuthFailure, failures } from '../../machines/failures.ts';

/** The failure of an error. An error other than `AuthError` may quote anything, so only its name is passed on. */
export function failureOf(error: unknown, interruption?: AbortSignal): AuthFailure {
  if (error instanceof AuthError) return error.failure;
  if (interruption?.aborted) return new AuthError('cancelled').failure;
  return new AuthError('unexpected', { detail: error instanceof Error ? error.name : typeof error }).failure;
}

/** Prints a failure on stderr. Resolves with the exit code. */
export async function complain(error: unknown): Promise<number> {
  // The messages are slow to load, and rarely needed.
  const { explain } = await import('../messages.ts');
  const failure = failureOf(error);
  console.error(explain(failure));
  return failures[failure.code].exitCode;
}
