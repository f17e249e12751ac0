import { AuthError, type AuthFailure, failures } from '../../machines/failures.ts';
import type { Session } from '../../machines/vocabulary.ts';

/** The signed-in state as JSON, without the token. */
export function successReport({ username, expiresAt }: Session) {
  return { state: 'authenticated', username, expiresAt: new Date(expiresAt).toISOString() };
}

/** A time in the user's time zone: `2026-11-25 09:41`. Loading `Intl` would take a tenth of the time of a login. */
export const readable = (time: number) =>
  new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16).replace('T', ' ');

/** Prints one line of JSON. */
export const print = (report: object) => process.stdout.write(`${JSON.stringify(report)}\n`);

/** The failure of an error. An error other than `AuthError` may quote anything, so only its name is passed on. */
export function failureOf(error: unknown, interruption?: AbortSignal): AuthFailure {
  if (error instanceof AuthError) return error.failure;
  if (interruption?.aborted) return new AuthError('cancelled').failure;
  return new AuthError('unexpected', { detail: error instanceof Error ? error.name : typeof error }).failure;
}

/** A failure in words. The messages are slow to load, and rarely needed. */
export async function explained(failure: AuthFailure): Promise<string> {
  const { explain } = await import('../messages.ts');
  return explain(failure);
}

/** A failure as JSON. */
export const failureReport = async (failure: AuthFailure) => ({
  state: 'failed',
  failure: { ...failure, message: await explained(failure) },
});

/** Prints a failure on stderr. Resolves with the exit code. */
export async function complain(error: unknown): Promise<number> {
  const failure = failureOf(error);
  console.error(await explained(failure));
  return failures[failure.code].exitCode;
}
