import { AuthError, type AuthFailure, failures } from '../../machines/failures.ts';

/** What went wrong, as data. What is not an error of ours may quote anything, so only its kind is told. */
export function failureOf(error: unknown, interruption?: AbortSignal): AuthFailure {
  if (error instanceof AuthError) return error.failure;
  if (interruption?.aborted) return new AuthError('cancelled').failure;
  return new AuthError('unexpected', { detail: error instanceof Error ? error.name : typeof error }).failure;
}

/** Says on stderr what went wrong. Resolves with the exit code. */
export async function complain(error: unknown): Promise<number> {
  // The words take their time to load, and mostly nothing is wrong.
  const { explain } = await import('../messages.ts');
  const failure = failureOf(error);
  console.error(explain(failure));
  return failures[failure.code].exitCode;
}
