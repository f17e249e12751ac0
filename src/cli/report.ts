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
